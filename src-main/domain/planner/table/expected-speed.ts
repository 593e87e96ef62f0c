import type { ExpectedSpeed, LoadSettings } from '../../../contract/plan.contract.ts';
import type { ModelLayout } from '../layout/types.ts';
import { decodeSpeed } from '../speed/decode.ts';
import { speedInput, type SpeedSettings, type WeightMix } from '../speed/model-input.ts';
import { prefillSpeed } from '../speed/prefill.ts';
import type { TableMachine } from './types.ts';

/** A conversation that has begun; published speeds are of 0 to 512 tokens. The same for every context, so that a larger one is not slower. */
const TYPICAL_DEPTH = 512;

/** Tokens per second of one answer early in a conversation, and of a prompt read before it. */
export function expectedSpeed(
  layout: ModelLayout,
  mix: WeightMix,
  settings: LoadSettings & Pick<SpeedSettings, 'expertLayersOnCpu'>,
  { gpu, speed }: { gpu: unknown; speed: TableMachine['speed'] },
): ExpectedSpeed {
  const places = gpu ? { gpu: 0, cpu: 1 } : { gpu: null, cpu: 0 };
  const input = speedInput(layout, mix, settings, places);
  const decode = decodeSpeed(speed, input, TYPICAL_DEPTH);
  return {
    decodeTokensPerSecond: decode.tokensPerSecond,
    prefillTokensPerSecond: prefillSpeed(speed, input, settings.batchSize).tokensPerSecond,
    basis: decode.basis,
  };
}
