import { expect, type Page } from '@playwright/test';

/** Everything a page must not do: log an error, throw, break its own content security policy, or call elsewhere. */
export class PageWatch {
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#complaints.push(`exception: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const own = hostname === '127.0.0.1' || ['data:', 'blob:', 'about:', 'nibble:'].includes(protocol);
      if (!own) this.#complaints.push(`request to ${request.url()}`);
    });
  }

  /** The browser itself logs calls that were refused for a reason that the page then shows. */
  expectRefusals(): void {
    this.#expected.push(/Failed to load resource: the server responded with a status of 422/);
  }

  check(): void {
    const unexpected = this.#complaints.filter(
      (text) => !this.#expected.some((pattern) => pattern.test(text)),
    );
    expect(unexpected).toEqual([]);
  }
}
