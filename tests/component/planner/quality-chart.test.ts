import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { layOutChart, margin } from '../../../src-renderer/lib/features/planner/chart-layout.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const MIB = 2 ** 20;
const size = { width: 900, height: 340, reserveMib: 0 };
const plan = sample.answerTable({ source: '/models' });

function point(name: string, of = layOutChart(plan, size)) {
  const found = of.points.find((each) => each.name === name);
  if (!found) throw new Error(`no point ${name}`);
  return found;
}

test('less loss is higher, more memory further right; no loss at all is the highest', () => {
  const { points } = layOutChart(plan, size);
  expect(points.map(({ name }) => name)).toEqual(plan.variants.map(({ label }) => label));
  for (const [index, { x, y }] of points.entries()) {
    const next = points[index + 1];
    if (!next) continue;
    expect(next.x).toBeGreaterThan(x);
    expect(next.y).toBeLessThan(y);
  }
  expect(point('F16').y).toBe(margin.top);
  // Ten times the loss is a decade of the drawing: 0.001 to 0.01 as far as from there to 0.1.
  const [thousandth, hundredth, tenth] = ['0.001', '0.01', '0.1'].map(
    (words) => layOutChart(plan, size).yTicks.find((tick) => tick.words === words)?.at ?? NaN,
  ) as [number, number, number];
  expect(hundredth - thousandth).toBeCloseTo(tenth - hundredth);
  expect(point('Q5_K_M').y).toBeCloseTo(hundredth);
});

test('the lines are what is free, less what the person keeps free', () => {
  const { lines, beyond } = layOutChart(plan, size);
  expect(lines.map(({ words }) => words)).toEqual(['10.0 GiB free on the GPU']);
  expect(beyond).toEqual(['31.0 GiB free in all']);
  const less = layOutChart(plan, { ...size, reserveMib: 2048 });
  expect(less.lines.map(({ words }) => words)).toEqual(['8.0 GiB free on the GPU', '27.0 GiB free in all']);
  expect(less.lines[0]?.x).toBeLessThan(point('Q8_0', less).x);
});

test('labels touch neither each other nor points, and the pick has one', () => {
  const crowded = {
    ...plan,
    variants: Array.from({ length: 30 }, (_, index) => ({
      ...sample.planVariant,
      label: `IQ${index}_XXS`,
      memory: {
        devices: sample.planVariant.memory.devices.map((device) => ({
          ...device,
          totalBytes: (1000 + 7 * index) * MIB,
        })),
      },
      quality: { ...sample.planVariant.quality, meanKld: 0.01 + index / 3000 },
    })),
    pick: 14,
  };
  const { points } = layOutChart(crowded, { ...size, width: 388 });
  expect(points).toHaveLength(30);
  expect(points[14]?.label).not.toBeNull();
  const labels = points.flatMap(({ name, label }) =>
    label ? [{ ...label, right: label.x + name.length * 7 }] : [],
  );
  for (const [index, a] of labels.entries()) {
    for (const b of labels.slice(index + 1)) {
      const apart = a.right <= b.x || b.right <= a.x || Math.abs(a.y - b.y) >= 13;
      expect(apart, JSON.stringify([a, b])).toBe(true);
    }
  }
});

test('levels whose loss is not known are left out', () => {
  const unknown = {
    meanKld: null,
    low: null,
    high: null,
    basis: 'unknown',
    source: '',
    words: 'unknown',
  } as const;
  const some = {
    ...plan,
    variants: plan.variants.map((variant, index) =>
      index === 0 ? { ...variant, quality: unknown } : variant,
    ),
  };
  expect(layOutChart(some, size).points).toHaveLength(plan.variants.length - 1);
  const none = { ...plan, variants: plan.variants.map((variant) => ({ ...variant, quality: unknown })) };
  expect(layOutChart(none, size).points).toEqual([]);
});

test('every point can be reached by keys, tells its figures and opens its row', async () => {
  const core = new FakeCore();
  await renderApp(core, '#/fits');
  await page.getByRole('button', { name: 'Show it with the built-in model' }).click();
  const chart = page.getByRole('group', { name: 'Loss of quality against memory needed' });
  await expect.element(chart).toBeVisible();
  const of = chart.getByRole('button', { name: /^Q5_K_M, needs 6.7 GiB, mean KL divergence 0.010/ });
  of.element().focus();
  await expect.element(page.getByText(/^Q5_K_M, needs 6.7 GiB.*all on the GPU$/)).toBeVisible();
  await userEvent.keyboard('{Enter}');
  const toggle = page.getByRole('button', { name: 'Reasons and figures of Q5_K_M' });
  await expect.element(toggle).toHaveFocus();
  await expect.element(toggle).toHaveAttribute('aria-expanded', 'true');
});
