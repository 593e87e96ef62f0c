import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { machineFileSchema } from '../../../src-main/contract/plan.contract.ts';
import type { Plan } from '../../../src-main/contract/plan.contract.ts';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { exampleMachines } from '../../../src-renderer/lib/features/planner/example-machines.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const field = page.getByRole('textbox', { name: 'Model' });
const button = page.getByRole('button', { name: 'Show what fits' });
const table = page.getByRole('table', { name: /^Levels of/ });

function row(level: string) {
  return table.getByRole('row', { name: new RegExp(`^${level} `) });
}

function fitsOf(path: string): string {
  return `#/fits?source=${encodeURIComponent(path)}`;
}

function coreWithModels(): FakeCore {
  const core = new FakeCore();
  core.models = [sample.builtInModel, sample.largeModel];
  return core;
}

/** The page with the table of the 8B model. */
async function renderTable(core = coreWithModels()): Promise<FakeCore> {
  await renderApp(core, fitsOf(sample.largeModel.path));
  await expect.element(row('Q6_K')).toBeVisible();
  return core;
}

test('a model row leads to its table; the pick is marked and explained', async () => {
  const core = coreWithModels();
  await renderApp(core, '#/models');
  await page.getByRole('link', { name: 'What fits of Llama 3.1 8B Instruct' }).click();
  await expect.element(field).toHaveValue(sample.largeModel.path);
  await expect.element(row('Q8_0').getByText('The pick')).toBeVisible();
  await expect.element(page.getByText(/Q8_0 is the best level that fits/)).toBeVisible();
  const cells = [...row('F16').element().querySelectorAll('th, td')].map((cell) =>
    cell.textContent.replaceAll(/\s+/g, ' ').trim(),
  );
  expect(cells.slice(1, 4)).toEqual(['16.00', '15.0 GiB', '19 of 33 layers']);
  expect(cells.slice(5, 8)).toEqual(['6.5 modelled', '155', 'the same answers KLD 0']);
  expect(core.tablesAsked).toEqual([{ source: sample.largeModel.path, wishes: { gpuLayers: undefined } }]);
});

test('this computer is measured once the table is there, and the table follows what was found', async () => {
  const core = coreWithModels();
  let finish: (isNew: boolean) => void = () => undefined;
  core.measured = new Promise((resolve) => (finish = resolve));
  await renderTable(core);
  const note = page.getByText(/^Measuring how fast this computer is/);
  await expect.element(note).toBeVisible();
  expect(core.tablesAsked).toHaveLength(1);
  finish(true);
  await expect.poll(() => core.tablesAsked.length).toBe(2);
  await expect.element(note).not.toBeInTheDocument();
  expect(core.calls.filter((call) => call === 'plan.measure')).toHaveLength(1);
});

test('nothing is asked of a repository before the button is pressed', async () => {
  const core = coreWithModels();
  await renderApp(core, fitsOf('hf:owner/name'));
  await expect.element(field).toHaveValue('hf:owner/name');
  await expect.element(page.getByText(/nothing is asked before you press the button/)).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Ask before you download' })).toBeVisible();
  expect(core.tablesAsked).toEqual([]);
  await button.click();
  await expect.element(page.getByRole('heading', { name: 'Levels of name' })).toBeVisible();
  expect(core.tablesAsked.map(({ source }) => source)).toEqual(['hf:owner/name']);
});

test('an address that names an unknown file only fills in the field', async () => {
  const core = coreWithModels();
  await renderApp(core, fitsOf('/somewhere/else.gguf'));
  await expect.element(field).toHaveValue('/somewhere/else.gguf');
  await expect.poll(() => core.calls).toContain('models.list');
  await expect.element(page.getByRole('heading', { name: 'Ask before you download' })).toBeVisible();
  expect(core.tablesAsked).toEqual([]);
});

test('the empty page shows itself with the built-in model', async () => {
  const core = new FakeCore();
  await renderApp(core, '#/fits');
  await page.getByRole('button', { name: 'Show it with the built-in model' }).click();
  await expect.element(row('F16')).toBeVisible();
  expect(location.hash).toBe(fitsOf(sample.builtInModel.path));
});

test('sliders and switches ask again, many changes once, and can all be taken back', async () => {
  const core = await renderTable();
  const before = core.tablesAsked.length;
  page.getByRole('slider', { name: 'Context' }).element().focus();
  await userEvent.keyboard('{End}');
  await page.getByRole('group', { name: 'Cache of keys' }).getByRole('radio', { name: 'q8_0' }).click();
  await page.getByRole('group', { name: 'Flash attention' }).getByRole('radio', { name: 'Off' }).click();
  await expect
    .poll(() => core.tablesAsked.at(-1)?.wishes)
    .toMatchObject({ contextSize: 262_144, cacheTypeK: 'q8_0', flashAttention: false });
  await expect.element(row('F16').getByText('40.8 GiB')).toBeVisible();

  const slider = page.getByRole('slider', { name: 'Memory left free' }).element() as HTMLInputElement;
  const asked = core.tablesAsked.length;
  for (let position = 1; position <= 10; position++) {
    slider.valueAsNumber = position;
    slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  await expect.poll(() => core.tablesAsked.at(-1)?.wishes?.reserveMib).toBe(6144);
  expect(core.tablesAsked.length).toBe(asked + 1);
  expect(asked).toBeGreaterThan(before);

  await page.getByRole('button', { name: 'Leave it all to Nibble' }).click();
  await expect
    .poll(() => Object.values(core.tablesAsked.at(-1)?.wishes ?? {}).filter((wish) => wish !== undefined))
    .toEqual([]);
});

test('the last answer wins, and the old table stays until it is there', async () => {
  const core = await renderTable();
  const answers: PromiseWithResolvers<Plan>[] = [];
  core.answerTable = () => {
    const answer = Promise.withResolvers<Plan>();
    answers.push(answer);
    return answer.promise;
  };
  const { variants } = sample.plan;
  const planOf = (file: string): Plan => ({
    ...sample.plan,
    variants: variants.map((variant) => ({ ...variant, file, label: null })),
  });
  page.getByRole('slider', { name: 'Context' }).element().focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => answers.length).toBe(1);
  await expect.element(row('Q6_K')).toBeVisible();
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.resolve(planOf('second.gguf'));
  await expect.element(row('second.gguf')).toBeVisible();
  answers[0]?.resolve(planOf('first.gguf'));
  await expect.element(row('second.gguf')).toBeVisible();
  await expect.element(row('first.gguf')).not.toBeInTheDocument();
});

test('other machines are examples that the contract accepts', async () => {
  for (const { machine } of exampleMachines) expect(machineFileSchema.parse(machine)).toEqual(machine);
  const core = await renderTable();
  const machines = page.getByRole('group', { name: 'On which machine' });
  await machines.getByRole('radio', { name: 'Laptop, 8 GB', exact: true }).click();
  await expect.element(page.getByText(/An example with typical figures/)).toBeVisible();
  await expect.element(row('Q8_0').getByText('No', { exact: true })).toBeVisible();
  expect(core.tablesAsked.at(-1)?.machine).toEqual(exampleMachines[0]?.machine);
  await expect.element(page.getByRole('slider', { name: 'Layers on the GPU' })).toBeDisabled();
  await machines.getByRole('radio', { name: 'This computer' }).click();
  await expect.element(row('Q8_0').getByText('All on the GPU')).toBeVisible();
});

test('a row tells its reasons and the memory of each device', async () => {
  await renderTable();
  const toggle = page.getByRole('button', { name: 'Reasons and figures of Q4_K_M' });
  await toggle.click();
  await expect.element(toggle).toHaveAttribute('aria-expanded', 'true');
  await expect.element(page.getByText('33 of 33 layers are on the GPU.')).toBeVisible();
  const devices = page.getByRole('table', { name: 'Memory needed by device' });
  await expect.element(devices.getByRole('row', { name: /^NVIDIA GeForce RTX 4070 4.6 GiB/ })).toBeVisible();
  await expect.element(page.getByText('Published: llama.cpp, LLaMA 3 8B')).toBeVisible();
});

test('larger files come first, and what cannot be planned last and with its reason', async () => {
  const core = coreWithModels();
  core.answerTable = (asked) => {
    const plan = sample.answerTable(asked);
    const [first, ...others] = plan.variants;
    const damaged = {
      ...sample.planVariant,
      file: 'cut.gguf',
      label: null,
      bitsPerWeight: 0,
      fits: 'no' as const,
      memory: { devices: [] },
      reasons: ['cut.gguf is incomplete.'],
    };
    return { ...plan, variants: [damaged, ...others, ...(first ? [first] : [])], pick: 1 };
  };
  await renderApp(core, fitsOf(sample.largeModel.path));
  await expect.element(row('cut.gguf').getByText('Not planned')).toBeVisible();
  await expect.element(row('cut.gguf').getByText('cut.gguf is incomplete.')).toBeVisible();
  const names = [...table.element().querySelectorAll<HTMLElement>('tr.level')].map(
    ({ dataset }) => dataset['level'],
  );
  expect(names.join(' ')).toBe('F16 Q8_0 Q6_K Q5_K_M Q4_K_M IQ4_XS Q3_K_M Q2_K cut.gguf');
});

test('a problem is shown, and trying again mends it', async () => {
  const core = coreWithModels();
  const problem = describeProblem('model.notFound', { path: '/nowhere' });
  core.failNext('plan.table', problem);
  await renderApp(core, '#/fits');
  await field.fill('/nowhere');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(problem.what)).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(row('Q6_K')).toBeVisible();
  await expect.element(page.getByText(problem.what)).not.toBeInTheDocument();
});

test('a slow answer can be stopped', async () => {
  const core = coreWithModels();
  const release = core.hold('plan.table');
  await renderApp(core, '#/fits');
  await field.fill('hf:owner/slow');
  await button.click();
  await expect.element(page.getByText(/Reading the headers/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  release();
  await expect.element(button).toBeVisible();
  await expect.element(table).not.toBeInTheDocument();
});

test('where nothing fits, that is said and nothing is marked', async () => {
  const core = coreWithModels();
  core.hardware = { ...sample.hardware, gpus: [], memory: { totalBytes: 2 ** 32, availableBytes: 2 ** 31 } };
  core.answerTable = (asked) => sample.answerTable({ machine: core.hardware, ...asked });
  await renderTable(core);
  await expect.element(page.getByText(/None of these levels fits\./)).toBeVisible();
  await expect.element(page.getByText(/The pick/)).not.toBeInTheDocument();
});

test('narrow windows keep the table a table', async () => {
  await page.viewport(420, 800);
  try {
    await renderTable();
    await expect.element(row('Q8_0').getByRole('rowheader')).toBeVisible();
    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth).toBe(clientWidth);
  } finally {
    await page.viewport(1280, 800);
  }
});

test('names from outside are shown as plain text', async () => {
  const core = coreWithModels();
  core.answerTable = (asked) => {
    const plan = sample.answerTable(asked);
    return {
      ...plan,
      variants: plan.variants.map((variant) => ({
        ...variant,
        label: null,
        file: '<b>x</b>\u202Efgug.gguf',
      })),
    };
  };
  await renderApp(core, fitsOf(sample.largeModel.path));
  await expect.element(table.getByText(/b>fgug\.gguf/).first()).toBeVisible();
  expect(table.element().querySelector('b')).toBeNull();
});
