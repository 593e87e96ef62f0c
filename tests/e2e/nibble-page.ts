import { expect, type Locator, type Page } from '@playwright/test';

/** What a person sees and does, in the words of the screen. */
export class NibblePage {
  readonly page: Page;
  readonly message: Locator;
  readonly questions: Locator;
  readonly answers: Locator;
  /** Links to the chats in the list. */
  readonly chats: Locator;
  readonly engine: Locator;

  constructor(page: Page) {
    this.page = page;
    this.message = page.getByRole('textbox', { name: 'Message' });
    this.questions = page.getByRole('article', { name: 'You' });
    this.answers = page.getByRole('article', { name: 'Answer' });
    this.chats = page.getByRole('navigation', { name: 'Chats' }).getByRole('listitem').getByRole('link');
    this.engine = page.getByRole('contentinfo', { name: 'Engine' });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async send(text: string): Promise<void> {
    await this.message.fill(text);
    await this.button('Send').click();
  }

  /** Sends `text` and waits until its answer is complete. */
  async ask(text: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.send(text);
    const answer = this.answers.nth(before);
    await expect(answer).toHaveAttribute('aria-busy', 'false', { timeout: 120_000 });
    return answer;
  }

  /** The likeliest word every time, so that an answer is the same on every run. */
  async makeAnswersExact(): Promise<void> {
    await this.button('Settings of this chat').click();
    const temperature = this.page.getByRole('slider', { name: 'Temperature' });
    await temperature.press('Home');
    await expect(temperature).toHaveValue('0');
    await this.button('Settings of this chat').click();
  }

  async newChat(): Promise<void> {
    await this.page.getByRole('link', { name: 'New chat' }).click();
    await expect(this.answers).toHaveCount(0);
  }

  async goTo(name: 'Models' | 'This computer' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** Opens the model file at `path` on the Models page. */
  async openModel(path: string): Promise<void> {
    await this.goTo('Models');
    await this.button('Open a model…').click();
    await this.page.getByRole('textbox', { name: 'Path of the .gguf file' }).fill(path);
    await this.page.getByRole('button', { name: 'Open', exact: true }).click();
  }

  /** Starts a chat with the model that lies at `path`. */
  async chatWith(path: string): Promise<void> {
    const row = this.page.getByRole('article').filter({ hasText: path });
    await row.getByRole('button', { name: 'Chat', exact: true }).click();
    await expect(this.message).toBeVisible();
  }
}
