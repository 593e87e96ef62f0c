import type { ShellInfo } from '$contract/shell.contract.ts';
import type { AppState } from '../../state/app-state.svelte.ts';

const isMac = navigator.platform.startsWith('Mac');

/** The keys of a new chat as this system writes them. A web browser keeps Ctrl+N for a window of its own. */
export function newChatKeys(shell: ShellInfo['kind']): string {
  if (shell === 'web') return isMac ? '⌥N' : 'Alt+N';
  return isMac ? '⌘N' : 'Ctrl+N';
}

/** Keys that work on every page. */
export function handleShortcut(event: KeyboardEvent, app: AppState): void {
  if (event.defaultPrevented || event.isComposing) return;
  const command = (isMac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
  const alt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if ((command && event.key.toLowerCase() === 'n') || (alt && event.code === 'KeyN')) {
    app.router.go({ page: 'chat', chatId: null });
  } else if (command && event.key === ',') {
    app.router.go({ page: 'settings' });
  } else if (alt && event.key === 'ArrowUp') {
    goToNeighbour(app, -1);
  } else if (alt && event.key === 'ArrowDown') {
    goToNeighbour(app, 1);
  } else if (event.key === 'Escape' && canStop(app)) {
    void app.conversation.stop();
  } else {
    return;
  }
  event.preventDefault();
}

/** Escape first closes what lies on top. */
function canStop({ router, conversation }: AppState): boolean {
  const onTop = document.querySelector('[role="dialog"], [role="menu"]');
  return router.route.page === 'chat' && conversation.unfinished !== null && !onTop;
}

/** The new chat counts as the one above the first. */
function goToNeighbour({ router, chats, conversation }: AppState, step: 1 | -1): void {
  const ids = [null, ...chats.list.map((chat) => chat.id)];
  const chatId = ids[ids.indexOf(conversation.id) + step];
  if (chatId !== undefined) router.go({ page: 'chat', chatId });
}
