/** Moves the focus to the next row, or the one before, when the row that `element` lies in is about to go. */
export function focusNeighbour(element: HTMLElement | undefined): void {
  const row = element?.closest('[data-download]');
  const rows = [...document.querySelectorAll('[data-download]')];
  const place = rows.findIndex((each) => each === row);
  const next = rows[place + 1] ?? rows[place - 1];
  const target = next?.querySelector('button:enabled') ?? document.querySelector('main form input');
  if (target instanceof HTMLElement) target.focus();
}
