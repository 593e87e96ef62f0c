import type { Model } from '../../contract/models.contract.ts';
import type { StoredModel } from '../store/queries/models.ts';

/** What a window gets to see of a row of the index. */
export function toModel(stored: StoredModel, sameFileAs: number[] = []): Model {
  const { mtimeMs: _mtimeMs, fileKey: _fileKey, state: _state, folder: _folder, ...model } = stored;
  return { ...model, sameFileAs };
}

/** The list, each model with those that are the very same file. */
export function withSameFiles(stored: readonly StoredModel[]): Model[] {
  const byKey = Map.groupBy(
    stored.filter(({ fileKey, state }) => fileKey !== null && state === 'here'),
    ({ fileKey }) => fileKey,
  );
  return stored.map((model) => {
    const same = model.state === 'here' ? (byKey.get(model.fileKey) ?? []) : [];
    return toModel(
      model,
      same.filter(({ id }) => id !== model.id).map(({ id }) => id),
    );
  });
}
