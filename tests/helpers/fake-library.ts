import { AsyncIteratorClass } from '@orpc/client';
import type { LiveEvent } from '../../src-main/contract/live.contract.ts';
import type { ModelDetails } from '../../src-main/contract/model-details.ts';
import type {
  ImportEvent,
  Library,
  Model,
  OtherProgram,
  Verdict,
} from '../../src-main/contract/models.contract.ts';
import { describeProblem, type Problem } from '../../src-main/contract/problem.ts';
import type { NibbleClient } from '../../src-renderer/lib/client/client.ts';
import * as sample from './fake-library-samples.ts';
import { largeModel } from './fake-samples.ts';

/** What the library needs of the core around it. */
interface Surroundings {
  core: { models: Model[]; emit: (event: LiveEvent) => void };
  called: (name: string) => Promise<void>;
  nextId: () => number;
  refuse: (problem: Problem) => Error;
}

/** The models of a core in memory: lists, folders, programs, and what deleting and moving leads to. */
export class FakeLibrary {
  library: Library = sample.library;
  details: ModelDetails = sample.details;
  /** By model; one that is not there gets a verdict like that of the samples. */
  readonly verdicts = new Map<number, Verdict>();
  /** Why each model cannot be deleted. */
  readonly refusals = new Map<number, Problem>();
  /** What a move tells before it is done. */
  importProgress: ImportEvent[] = [];
  /** Paths that were shown in the file manager. */
  readonly revealed: number[] = [];
  readonly #removed = new Map<number, Model>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  readonly client: NibbleClient['models'] = {
    list: async () => {
      await this.#around.called('models.list');
      return this.#around.core.models;
    },
    open: async ({ path }) => {
      await this.#around.called('models.open');
      return this.#add(path);
    },
    forget: async ({ modelId }) => {
      await this.#around.called('models.forget');
      this.#drop(modelId);
    },
    rename: async ({ modelId, name }) => {
      await this.#around.called('models.rename');
      const model = this.#model(modelId);
      return this.#put({ ...model, name: name ?? 'Its own name', renamed: name !== null });
    },
    details: async ({ modelId }) => {
      await this.#around.called('models.details');
      const { name } = this.#model(modelId);
      return { ...this.details, about: { ...this.details.about, name } };
    },
    verdicts: async ({ modelIds }) => {
      await this.#around.called('models.verdicts');
      return modelIds.map((modelId) => this.verdicts.get(modelId) ?? { ...sample.verdict, modelId });
    },
    removal: async ({ modelId }) => {
      await this.#around.called('models.removal');
      const { path, sizeBytes, sameFileAs } = this.#model(modelId);
      return {
        files: [path],
        sizeBytes,
        freedBytes: sameFileAs.length > 0 ? 0 : sizeBytes,
        sameFileAs,
        refusal: this.refusals.get(modelId) ?? null,
      };
    },
    remove: async ({ modelId }) => {
      await this.#around.called('models.remove');
      const model = this.#model(modelId);
      this.#removed.set(modelId, model);
      this.#drop(modelId);
      return { removalId: modelId, sizeBytes: model.sizeBytes };
    },
    restore: async ({ removalId }) => {
      await this.#around.called('models.restore');
      const model = this.#removed.get(removalId);
      if (!model)
        throw this.#around.refuse(describeProblem('library.restoreFailed', { reason: 'it is gone' }));
      return this.#put(model);
    },
    reveal: async ({ modelId }) => {
      await this.#around.called('models.reveal');
      this.revealed.push(modelId);
    },
    import: async ({ path }) => {
      await this.#around.called('models.import');
      const events = this.#import(path);
      return new AsyncIteratorClass(
        () => events.next(),
        async () => void (await events.return()),
      );
    },
    library: async () => {
      await this.#around.called('models.library');
      return this.library;
    },
    addFolder: async ({ path }) => {
      await this.#around.called('models.addFolder');
      const folder = { path, kind: 'added', state: 'here', models: 0, sizeBytes: 0 } as const;
      return this.#change({ folders: [...this.library.folders, folder] });
    },
    removeFolder: async ({ path }) => {
      await this.#around.called('models.removeFolder');
      return this.#change({ folders: this.library.folders.filter((folder) => folder.path !== path) });
    },
    useProgram: async ({ program, enabled }) => {
      await this.#around.called('models.useProgram');
      return this.#change({ programs: this.#programsWith(program, enabled) });
    },
    rescan: async () => {
      await this.#around.called('models.rescan');
    },
  };

  async *#import(path: string): AsyncGenerator<ImportEvent, void> {
    for (const event of this.importProgress) {
      await this.#around.called('models.import.progress');
      yield event;
    }
    const name = path.split('/').at(-1) ?? path;
    yield { type: 'done', model: this.#add(`${this.library.folders[0]?.path ?? ''}/${name}`) };
  }

  #programsWith(program: OtherProgram, enabled: boolean): Library['programs'] {
    return this.library.programs.map((each) => (each.program === program ? { ...each, enabled } : each));
  }

  #change(change: Partial<Library>): Library {
    this.library = { ...this.library, ...change };
    this.#around.core.emit({ type: 'library', library: this.library });
    return this.library;
  }

  #add(path: string): Model {
    const model: Model = { ...largeModel, id: this.#around.nextId() + 1000, path };
    this.#around.core.models = [...this.#around.core.models, model];
    this.#around.core.emit({ type: 'models', models: this.#around.core.models });
    return model;
  }

  #put(model: Model): Model {
    const others = this.#around.core.models.filter(({ id }) => id !== model.id);
    this.#around.core.models = [...others, model];
    this.#around.core.emit({ type: 'models', models: this.#around.core.models });
    return model;
  }

  #drop(modelId: number): void {
    this.#around.core.models = this.#around.core.models.filter(({ id }) => id !== modelId);
    this.#around.core.emit({ type: 'models', models: this.#around.core.models });
  }

  #model(modelId: number): Model {
    const model = this.#around.core.models.find(({ id }) => id === modelId);
    if (!model) throw this.#around.refuse(describeProblem('model.unknown'));
    return model;
  }
}
