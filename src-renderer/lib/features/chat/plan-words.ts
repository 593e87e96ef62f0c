import type { PlanVariant } from '$contract/plan.contract.ts';
import { counted, formatCount } from '../../format/figures.ts';

/** `8,192 context` */
export function contextInWords({ contextSize }: PlanVariant): string {
  return `${formatCount(contextSize)} context`;
}

/** `CPU, 2 threads`: what a model runs on here. */
export function placeInWords({ gpuLayers, totalLayers, threads }: PlanVariant): string {
  if (gpuLayers === 0) return `CPU, ${counted(threads, 'thread')}`;
  if (gpuLayers >= totalLayers) return 'GPU';
  return `GPU ${gpuLayers} of ${counted(totalLayers, 'layer')}, CPU ${counted(threads, 'thread')}`;
}
