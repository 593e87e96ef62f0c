import type { LoadSettings, PlanVariant } from '../../contract/plan.contract.ts';
import { crashStep } from '../../domain/ladder/crash-step.ts';
import { nextStep, stepInWords } from '../../domain/ladder/ladder.ts';
import { memoryNeedOf } from '../../domain/ladder/memory-need.ts';
import type { Step, StepKind, Trouble } from '../../domain/ladder/types.ts';
import type { ModelFile } from '../library/model-file.ts';
import type { PlannerService } from '../planner/planner.ts';

export interface AskedModel {
  id: number | null;
  path: string;
  name: string;
}

/** A model with the settings that it is to be loaded with. */
export interface Standing {
  model: AskedModel;
  file: ModelFile;
  plan: PlanVariant;
}

export interface DescentTools {
  planner: PlannerService;
  /** Plans a model as if it had been asked for. */
  plan: (model: AskedModel) => Promise<Standing>;
  /** The next smaller file of the same model on this computer. */
  smallerLevel: (model: AskedModel) => Promise<AskedModel | null>;
}

/** The way down the ladder of one model: where it stands, and the steps that led there. */
export class Descent {
  readonly #tools: DescentTools;
  readonly #wishedContext: number | null;
  readonly #taken: StepKind[] = [];
  readonly #told: string[] = [];
  #standing: Standing;

  constructor(standing: Standing, wishedContext: number | undefined, tools: DescentTools) {
    this.#standing = standing;
    this.#wishedContext = wishedContext ?? null;
    this.#tools = tools;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Takes the next step and tells what was done; null at the end of the ladder. */
  async stepDown(trouble: Trouble): Promise<string | null> {
    const { file, plan, model } = this.#standing;
    const smaller = await this.#tools.smallerLevel(model);
    const gpu = await this.#tools.planner.gpu();
    const step = nextStep({
      settings: settingsOf(plan),
      model: file.summary,
      trouble,
      taken: this.#taken,
      wishedContext: this.#wishedContext,
      smallerLevel: smaller?.name ?? null,
      needOf: memoryNeedOf(file, gpu),
    });
    if (step === null) return null;
    const words = stepInWords(trouble, step);
    await this.#take(step, words, smaller);
    return words;
  }

  /** What a crash would be answered with; null at the end. */
  get saferStep(): Step | null {
    return crashStep(settingsOf(this.#standing.plan));
  }

  /** Takes that step because the person wants it. */
  async takeSaferStep(): Promise<void> {
    const step = this.saferStep;
    if (step !== null) await this.#take(step, `As you wished, ${step.done}.`, null);
  }

  async #take(step: Step, words: string, smaller: AskedModel | null): Promise<void> {
    this.#taken.push(step.kind);
    this.#told.push(words);
    if (step.settings !== null) {
      const { file, plan } = this.#standing;
      const lower = await this.#tools.planner.planWith(file, plan, step.settings);
      this.#standing = { ...this.#standing, plan: this.#explained(lower) };
    } else if (smaller !== null) {
      const standing = await this.#tools.plan(smaller);
      this.#standing = { ...standing, plan: this.#explained(standing.plan) };
    }
  }

  #explained(plan: PlanVariant): PlanVariant {
    return {
      ...plan,
      reasons: [...this.#told, ...plan.reasons.filter((reason) => !this.#told.includes(reason))],
    };
  }
}

/** Of a plan, what the engine is told. */
export function settingsOf(plan: LoadSettings): LoadSettings {
  const { gpuLayers, contextSize, flashAttention, cacheTypeK, cacheTypeV, batchSize, threads } = plan;
  return { gpuLayers, contextSize, flashAttention, cacheTypeK, cacheTypeV, batchSize, threads };
}
