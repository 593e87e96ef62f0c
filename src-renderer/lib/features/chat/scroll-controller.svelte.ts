import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** Within this distance of the end the person counts as reading the newest text. */
const END_PX = 32;

/**
 * Keeps the end of a growing text in view for as long as the person is there. It remembers the position it wrote,
 * so that every other change of position is the person's: scrolling up lets go, coming back to the end holds on.
 */
export class ScrollController {
  #viewport: HTMLElement | null = null;
  #written: number | null = null;
  #atEnd = $state(true);

  /** Whether the newest text is in view. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** For the element that scrolls. Its first child holds the content. */
  readonly viewport: Attachment<HTMLElement> = (viewport) => {
    this.#viewport = viewport;
    const sizes = new ResizeObserver(() => this.#settle());
    sizes.observe(viewport);
    if (viewport.firstElementChild) sizes.observe(viewport.firstElementChild);
    const scrolled = () => this.#scrolled();
    viewport.addEventListener('scroll', scrolled, { passive: true });
    // An attachment runs again when state that it read changes; this one must not follow `atEnd`.
    untrack(() => this.toEnd());
    return () => {
      sizes.disconnect();
      viewport.removeEventListener('scroll', scrolled);
      this.#viewport = null;
    };
  };

  toEnd(): void {
    this.#atEnd = true;
    this.#settle();
  }

  /** Goes back to the end after a change of size, unless the person reads elsewhere. */
  #settle(): void {
    const viewport = this.#viewport;
    if (!viewport || !this.#atEnd) return;
    viewport.scrollTop = viewport.scrollHeight;
    // Read back: the browser clamps and rounds what is written.
    this.#written = viewport.scrollTop;
  }

  #scrolled(): void {
    const viewport = this.#viewport;
    if (!viewport) return;
    if (this.#written !== null && Math.abs(viewport.scrollTop - this.#written) < 1) return;
    this.#written = null;
    const rest = viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop;
    this.#atEnd = rest <= END_PX;
  }
}
