import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { renderApp } from '../render-app.ts';

function drop(name: string): DragEvent {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['GGUF'], name));
  const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event;
}

afterEach(() => {
  Reflect.deleteProperty(window, 'nibble');
});

test('a browser does not tell the path, so the person completes it', async () => {
  const core = new FakeCore();
  await renderApp(core);
  expect(drop('My Model.gguf').defaultPrevented).toBe(true);
  const dialog = page.getByRole('dialog', { name: 'Open a model by its path' });
  const path = dialog.getByRole('textbox', { name: 'Path of the .gguf file' });
  await expect.element(path).toHaveValue('My Model.gguf');
  await expect.element(dialog.getByText(/not where it lies/)).toBeVisible();

  const missing = describeProblem('model.notFound', { path: '/nowhere/My Model.gguf' });
  core.failNext('models.open', missing);
  await path.fill('/nowhere/My Model.gguf');
  await userEvent.keyboard('{Enter}');
  await expect.element(dialog.getByText(missing.what)).toBeVisible();

  await path.fill('/models/My Model.gguf');
  await userEvent.keyboard('{Enter}');
  await expect.element(dialog).not.toBeInTheDocument();
  expect(core.models.map((model) => model.path)).toContain('/models/My Model.gguf');
});

test('the desktop app knows the path, and asks whether the file stays or moves', async () => {
  const core = new FakeCore();
  Object.defineProperty(window, 'nibble', {
    configurable: true,
    value: { platform: 'linux', pathForFile: (file: File) => `/home/ada/${file.name}` },
  });
  await renderApp(core);
  drop('model.gguf');
  const dialog = page.getByRole('dialog', { name: 'Open this model' });
  await expect.element(dialog.getByText('/home/ada/model.gguf')).toBeVisible();
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect.poll(() => core.models.map((model) => model.path)).toContain('/home/ada/model.gguf');
  await expect.element(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible();

  drop('other.gguf');
  await dialog.getByRole('radio', { name: 'moves to Nibble’s folder' }).click();
  await expect.element(dialog.getByText('It will lie in /home/ada/models.')).toBeVisible();
  const goOn = core.hold('models.import.progress');
  core.library.importProgress = [{ type: 'progress', doneBytes: 2 ** 30, totalBytes: 2 ** 32 }];
  await dialog.getByRole('button', { name: 'Move' }).click();
  await expect.element(dialog.getByRole('button', { name: 'Move' })).toBeDisabled();
  goOn();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(core.models.map((model) => model.path)).toContain('/home/ada/models/other.gguf');
});
