import type { AppState } from '../../state/app-state.svelte.ts';
import type { WantedModel } from '../../state/repository-state.svelte.ts';

/** Goes to a repository's page and asks the Hub for it: called when a person clicks, never by an address alone. */
export function openRepository(
  { router, discover }: AppState,
  repository: string,
  wanted?: WantedModel,
): void {
  void discover.repository.open(repository, wanted);
  router.go({ page: 'models', view: 'discover', repository });
}
