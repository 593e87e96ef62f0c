import type { Attachment } from 'svelte/attachments';
import './tooltip.css';

/** A pointer that rests this long asks for help; the keyboard gets it at once. */
const REST_MS = 450;
const GAP_PX = 6;
const EDGE_PX = 8;

let bubble: HTMLDivElement | null = null;

/** Shows a short text beside the element. The text has to be in the element's accessible name already. */
export function tooltip(text: () => string): Attachment<HTMLElement> {
  return (anchor) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => place(anchor, text());
    const rest = (event: PointerEvent) => {
      if (event.pointerType === 'mouse') timer = setTimeout(show, REST_MS);
    };
    const focus = () => {
      if (anchor.matches(':focus-visible')) show();
    };
    const hide = () => {
      clearTimeout(timer);
      if (bubble?.matches(':popover-open')) bubble.hidePopover();
    };
    const keydown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    anchor.addEventListener('pointerenter', rest);
    anchor.addEventListener('pointerleave', hide);
    anchor.addEventListener('pointerdown', hide);
    anchor.addEventListener('focus', focus);
    anchor.addEventListener('blur', hide);
    anchor.addEventListener('keydown', keydown);
    return () => {
      hide();
      anchor.removeEventListener('pointerenter', rest);
      anchor.removeEventListener('pointerleave', hide);
      anchor.removeEventListener('pointerdown', hide);
      anchor.removeEventListener('focus', focus);
      anchor.removeEventListener('blur', hide);
      anchor.removeEventListener('keydown', keydown);
    };
  };
}

/** One bubble for the whole window: only one element at a time is pointed at. */
function place(anchor: HTMLElement, text: string): void {
  bubble ??= createBubble();
  bubble.textContent = text;
  bubble.showPopover();
  const target = anchor.getBoundingClientRect();
  const { width, height } = bubble.getBoundingClientRect();
  const centred = target.left + target.width / 2 - width / 2;
  const left = Math.max(EDGE_PX, Math.min(centred, innerWidth - width - EDGE_PX));
  const below = target.bottom + GAP_PX + height < innerHeight;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${below ? target.bottom + GAP_PX : target.top - GAP_PX - height}px`;
}

function createBubble(): HTMLDivElement {
  const element = document.createElement('div');
  element.className = 'nibble-tooltip';
  element.popover = 'manual';
  element.ariaHidden = 'true';
  document.body.append(element);
  return element;
}
