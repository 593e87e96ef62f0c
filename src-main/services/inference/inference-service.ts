import { sizeInWords } from '../../base/size-in-words.ts';
import type { ActualDevice } from '../../contract/accuracy.contract.ts';
import type { ChatSettings } from '../../contract/chats.contract.ts';
import type { PlanVariant } from '../../contract/plan.contract.ts';
import { describeProblem, problemError, toProblem } from '../../contract/problem.ts';
import type { LoadObserver } from '../accuracy/accuracy-service.ts';
import { actualDevices, realDevices } from '../accuracy/actual-memory.ts';
import type { EngineHost } from '../engine-host/engine-host.ts';
import type { ChildProgress, GenerateResult, LoadResult, PromptMessage } from '../engine-host/protocol.ts';
import { troubleOf } from '../engine-host/trouble.ts';
import type { ModelFile } from '../library/model-file.ts';
import type { ModelFileCache } from '../library/model-file-cache.ts';
import type { PlannerService } from '../planner/planner.ts';
import { Descent, settingsOf, type AskedModel, type DescentTools, type Standing } from './descent.ts';

/** Of shorter answers one slow token decides the speed. */
const LEAST_LEARNED_TOKENS = 16;
/** Models of one session that had to go down the ladder. */
const MOST_DESCENTS = 32;

export interface AnswerRequest {
  model: AskedModel;
  messages: PromptMessage[];
  settings: ChatSettings;
  /** The context wanted, in tokens; otherwise the planner chooses. */
  contextSize?: number;
}

export interface LoadOptions {
  signal?: AbortSignal;
  contextSize?: number;
  /** Settings were lowered because memory ran out or the engine stopped: what was done, in a sentence, and who answers now. */
  onStep?: (words: string, model: AskedModel) => void;
}

export interface LoadedModel {
  modelId: number | null;
  name: string;
  plan: PlanVariant;
}

/**
 * Brings model file, plan and engine together: check, plan, load, answer. When memory is not there after all, it goes down the
 * ladder of lower settings and carries on; a model stays on its rung until another hardware snapshot is taken or the engine is reset.
 */
export class InferenceService {
  readonly #host: EngineHost;
  readonly #planner: PlannerService;
  readonly #files: ModelFileCache;
  readonly #observer: LoadObserver | null;
  readonly #tools: DescentTools;
  readonly #descents = new Map<string, Descent>();
  #latest: { key: string; descent: Descent } | null = null;
  #loaded: LoadedModel | null = null;
  #loadedFile: ModelFile | null = null;
  /** The load of which the person was told what had to be changed. */
  #toldOf: LoadResult | null = null;
  #result: LoadResult | null = null;
  #decodeTokensPerSecond: number | null = null;

  constructor(dependencies: {
    host: EngineHost;
    planner: PlannerService;
    files: ModelFileCache;
    observer?: LoadObserver;
    smallerLevel?: DescentTools['smallerLevel'];
  }) {
    this.#host = dependencies.host;
    this.#planner = dependencies.planner;
    this.#files = dependencies.files;
    this.#observer = dependencies.observer ?? null;
    this.#tools = {
      planner: dependencies.planner,
      plan: (model) => this.#plan(model, undefined),
      smallerLevel: dependencies.smallerLevel ?? (() => Promise.resolve(null)),
    };
  }

  /** The model that was asked for last, with its plan; whether it is in memory is the host's to say. */
  get loaded(): LoadedModel | null {
    return this.#loaded;
  }

  /** Its file. */
  get loadedFile(): ModelFile | null {
    return this.#loadedFile;
  }

  /** What the model that was loaded last allocated, by the devices of its plan. */
  get allocated(): ActualDevice[] {
    return this.#result === null || this.#loaded === null
      ? []
      : actualDevices(this.#loaded.plan.memory.devices, this.#result.memory);
  }

  get decodeTokensPerSecond(): number | null {
    return this.#decodeTokensPerSecond;
  }

  /** What `useSaferSettings` would do, as a sentence; null where nothing is left. */
  get saferProposal(): string | null {
    return this.#latest?.descent.saferStep?.proposal ?? null;
  }

  /** The next load of the model that was asked for last goes with the next safer settings. */
  async useSaferSettings(): Promise<void> {
    if (this.#latest === null) return;
    const { key, descent } = this.#latest;
    await descent.takeSaferStep();
    this.#keep(key, descent);
  }

  /** Plans are made anew, without the steps that were taken. */
  forgetSteps(): void {
    this.#descents.clear();
  }

  async load(model: AskedModel, options: LoadOptions): Promise<LoadResult> {
    const descent = await this.#descentOf(model, options.contextSize);
    return this.#onLadder(descent, options, (standing, isStepDown) =>
      this.#ensureLoaded(standing, isStepDown, options.signal),
    );
  }

  async answer(
    request: AnswerRequest,
    options: Omit<LoadOptions, 'contextSize' | 'signal'> & {
      signal: AbortSignal;
      onProgress: (progress: ChildProgress) => void;
    },
  ): Promise<GenerateResult> {
    const { signal } = options;
    const { seed, maxTokens, systemPrompt: _, ...sampling } = request.settings;
    const begun = { text: '', reasoning: '' };
    const onProgress = (progress: ChildProgress) => {
      if (progress.kind === 'text') {
        begun.text += progress.text;
        begun.reasoning += progress.reasoning;
      }
      options.onProgress(progress);
    };
    const descent = await unlessAborted(this.#descentOf(request.model, request.contextSize), signal);
    return this.#onLadder(descent, options, async (standing, isStepDown) => {
      const loaded = await this.#ensureLoaded(standing, isStepDown, signal);
      const result = await this.#host.generate(
        {
          messages: request.messages,
          sampling,
          seed,
          maxTokens,
          ...(begun.text + begun.reasoning !== '' && { begun: { ...begun } }),
        },
        { signal, onProgress },
      );
      this.#observer?.answered(result);
      this.#learn(standing, loaded, result);
      this.#decodeTokensPerSecond = result.decodeTokensPerSecond ?? this.#decodeTokensPerSecond;
      return this.#withChanges(result, loaded);
    });
  }

  /** Where the model stands on the ladder; at its top, with the plan of this machine, unless steps were taken before. */
  async #descentOf(
    model: AskedModel,
    contextSize: number | undefined,
  ): Promise<{ key: string; descent: Descent }> {
    const standing = await this.#plan(model, contextSize);
    const { path, sizeBytes, mtimeMs } = standing.file;
    const key = [path, sizeBytes, mtimeMs, contextSize, this.#planner.generation].join('\0');
    const descent = this.#descents.get(key) ?? new Descent(standing, contextSize, this.#tools);
    this.#latest = { key, descent };
    return this.#latest;
  }

  async #plan(model: AskedModel, contextSize: number | undefined): Promise<Standing> {
    const file = await this.#files.open(model.path);
    const plan = await this.#planner.plan({ model: file, ...(contextSize !== undefined && { contextSize }) });
    const variant = plan.pick === null ? undefined : plan.variants[plan.pick];
    if (variant === undefined) throw tooLarge(plan.variants[0]);
    return { model, file, plan: variant };
  }

  /** Tries `work` on one rung after the other, at most as many as the ladder has. */
  async #onLadder<T>(
    { key, descent }: { key: string; descent: Descent },
    { signal, onStep }: LoadOptions,
    work: (standing: Standing, isStepDown: boolean) => Promise<T>,
  ): Promise<T> {
    for (let isStepDown = false; ; isStepDown = true) {
      try {
        return await work(descent.standing, isStepDown);
      } catch (error) {
        signal?.throwIfAborted();
        const failure = this.#host.failureOf(error);
        const trouble = failure && troubleOf(failure);
        if (failure === null || trouble === null) throw error;
        const { model, plan } = descent.standing;
        if (trouble.kind === 'memory')
          this.#observer?.failed({ modelName: model.name, plan }, toProblem(error).why);
        const words = await descent.stepDown(trouble);
        if (words === null) throw error;
        this.#keep(key, descent);
        onStep?.(words, descent.standing.model);
      }
    }
  }

  async #ensureLoaded(
    standing: Standing,
    isStepDown: boolean,
    signal: AbortSignal | undefined,
  ): Promise<LoadResult> {
    const { model, file, plan } = standing;
    signal?.throwIfAborted();
    this.#loaded = { modelId: model.id, name: model.name, plan };
    this.#loadedFile = file;
    const result = await this.#host.ensureLoaded(
      {
        path: file.path,
        identity: `${file.sizeBytes}:${file.mtimeMs}`,
        name: model.name,
        modelId: model.id,
      },
      settingsOf(plan),
      { ...(signal && { signal }), isStepDown },
    );
    const reasons = [...plan.reasons, ...result.changes];
    const memory = { devices: realDevices(plan.memory.devices, result.memory) };
    this.#loaded = { ...this.#loaded, plan: { ...plan, ...result.settings, memory, reasons } };
    // The engine gives the same result again while the model stays loaded.
    if (result !== this.#result) this.#observer?.loaded({ modelName: model.name, plan }, result);
    this.#result = result;
    return result;
  }

  /** Nobody waits for it: what fails costs the figures. */
  #learn({ file }: Standing, { settings }: LoadResult, result: GenerateResult): void {
    const { decodeTokensPerSecond, prefillTokensPerSecond, generatedTokens, contextUsed } = result;
    if (decodeTokensPerSecond === null || generatedTokens < LEAST_LEARNED_TOKENS) return;
    const { promptTokens, reusedTokens } = result;
    void this.#planner.learn({
      model: file,
      settings,
      answer: {
        depth: Math.max(0, contextUsed - generatedTokens / 2),
        tokensPerSecond: decodeTokensPerSecond,
      },
      ...(prefillTokensPerSecond !== null && {
        prompt: {
          tokens: promptTokens - reusedTokens,
          depth: reusedTokens,
          tokensPerSecond: prefillTokensPerSecond,
        },
      }),
    });
  }

  #keep(key: string, descent: Descent): void {
    this.#descents.delete(key);
    this.#descents.set(key, descent);
    const [oldest] = this.#descents.keys();
    if (this.#descents.size > MOST_DESCENTS && oldest !== undefined) this.#descents.delete(oldest);
  }

  /** The first answer after a load says what could not be as it was wished. */
  #withChanges(result: GenerateResult, loaded: LoadResult): GenerateResult {
    const { changes } = loaded;
    if (changes.length === 0 || this.#toldOf === loaded || result.note !== undefined) return result;
    this.#toldOf = loaded;
    return { ...result, note: describeProblem('engine.otherSettings', { changes: changes.join(' ') }) };
  }
}

function tooLarge(smallest: PlanVariant | undefined) {
  const sum = (key: 'totalBytes' | 'freeBytes') =>
    sizeInWords(smallest?.memory.devices.reduce((total, device) => total + device[key], 0) ?? 0);
  return problemError('model.tooLarge', { needed: sum('totalBytes'), available: sum('freeBytes') });
}

/** Does not wait for `work` any longer once the signal is aborted; throws its reason then. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
