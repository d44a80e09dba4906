// One image under several attacks on several networks, and curves over many images.
import { attack, close, load, samples } from 'mlsec';
import type { Page } from 'playwright-core';
import { afterAll, expect, it, vi } from 'vitest';
import { attempt } from '../attempt.js';
import { poorContrast } from './looks.js';
import { useSite, type Visit } from './site.js';
import { longestTask } from './tasks.js';

// Much is computed here; on a busy machine, all of it takes its time.
vi.setConfig({ testTimeout: 240_000 });

const visit = useSite();
afterAll(() => close());
const start = '#v=1&screen=compare';

/** What is shown when all has come to rest. */
async function sight(visitor: Visit) {
  await visitor.settled(120_000);
  return visitor.page.evaluate(() => {
    const words = (element: Element | null | undefined) => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
    return {
      verdict: words(document.querySelector('.verdict')).replaceAll('\u2011', '-'),
      columns: [...document.querySelectorAll('.matrix thead th')].map(words),
      rows: [...document.querySelectorAll('.matrix tbody tr:not(.original) th')].map((each) =>
        words(each.firstChild?.parentElement).replace(' ×', ''),
      ),
      cells: [...document.querySelectorAll('.cell')].map((each) => ({
        seen: words(each.querySelector('b')),
        outcome: words(each.querySelector('.outcome')),
        distance: Number.parseFloat(words(each.querySelector('.distance'))),
        picture: each.querySelector('canvas')?.toDataURL() ?? '',
      })),
      made: words(document.querySelector('.made')),
      readings: [...document.querySelectorAll('.readings tbody tr')].map((row) =>
        [...row.querySelectorAll('.percent')].map((each) => words(each)),
      ),
    };
  });
}

/** The path of each curve. */
function lines(page: Page): Promise<string[]> {
  return page
    .locator('.curves .plot path:not(.mark)')
    .evaluateAll((all) => all.map((each) => each.getAttribute('d') ?? ''));
}

it('attacks every network by every attack, and counts what each withstands', async () => {
  const visitor = await visit(`${start}&data=mnist&sample=4&attacks=fgsm.pgd.deepfool&norm=linf&epsilon=0.1`);
  const { verdict, columns, rows, cells } = await sight(visitor);
  expect(columns).toEqual(['mnist-mlp', 'mnist-cnn', 'mnist-cnn-robust']);
  expect(rows).toHaveLength(3);
  expect(cells).toHaveLength(9);
  // The same as the package says.
  const digits = await samples('mnist');
  const image = { data: digits.inputs.data.slice(4 * 784, 5 * 784), shape: [1, 28, 28, 1], layout: 'hwc' } as const;
  const labels = [digits.labels[4] as number];
  for (const [row, method] of (['fgsm', 'pgd', 'deepfool'] as const).entries()) {
    for (const [column, id] of columns.entries()) {
      const model = await load(id as 'mnist-mlp', { deterministic: true });
      const options = method === 'deepfool' ? { method, norm: 'linf' as const } : { method, epsilon: 0.1 };
      const found = await attack(model, image, { ...options, labels, deterministic: true } as Parameters<
        typeof attack
      >[2]);
      const cell = cells[3 * row + column];
      expect(cell?.seen, `${method} on ${id}`).toBe(String(found.predictions[0]));
      const within = (found.distances.linf[0] ?? 1) <= 0.100001;
      const outcome = found.status[0] === 'success' ? (within ? '✓ fooled' : '△ past ε') : '✗ held';
      expect(cell?.outcome, `${method} on ${id}`).toBe(outcome);
      model.dispose();
    }
  }
  const count = (column: number) =>
    cells.filter(({ outcome }, index) => index % 3 === column && outcome === '✓ fooled').length;
  expect(count(0)).toBe(3);
  expect(verdict).toMatch(
    /^Of the three attacks, all fool mnist-mlp, (one fools|two fool) mnist-cnn and none fools mnist-cnn-robust\.$/,
  );
  expect(visitor.complaints).toEqual([]);
});

it('shows one image to all networks, and lets another be chosen', async () => {
  const visitor = await visit(`${start}&data=mnist&sample=4&attacks=fgsm&norm=linf&epsilon=0.25`);
  const { page } = visitor;
  const first = await sight(visitor);
  expect(first.made).toMatch(/against mnist-mlp/);
  expect(first.readings).toHaveLength(10);
  // Each network is sure of something.
  for (const column of [0, 1, 2]) {
    const sum = first.readings.reduce(
      // What is written as <1 % counts as nothing.
      (total, row) => total + (Number.parseFloat(row[column]?.replace('>', '') ?? '') || 0),
      0,
    );
    expect(sum).toBeGreaterThan(90);
    expect(sum).toBeLessThan(105);
  }
  await page.locator('.cell').nth(1).click();
  const second = await sight(visitor);
  expect(second.made).toMatch(/against mnist-cnn\./);
  expect(second.readings).not.toEqual(first.readings);
  await expect.poll(() => page.url()).toContain('from=mnist-cnn');
  const linked = await sight(await visit(new URL(page.url()).hash));
  expect(linked).toEqual(second);
});

it('follows the slider, and keeps what the limit does not change', async () => {
  const visitor = await visit(`${start}&attacks=pgd.deepfool&epsilon=0.2`);
  const { page } = visitor;
  const before = await sight(visitor);
  await page.locator('#room').fill('0.01');
  await expect.poll(async () => (await sight(visitor)).cells[0]?.outcome).toBe('✗ held');
  const after = await sight(visitor);
  expect(after.cells[0]?.distance).toBeLessThanOrEqual(0.0101);
  // What looks for the smallest change finds the same, and it counts no longer.
  expect(after.cells[3]?.picture).toBe(before.cells[3]?.picture);
  expect(before.cells[3]?.outcome).toBe('✓ fooled');
  expect(after.cells[3]?.outcome).toBe('△ past ε');
  await expect.poll(() => page.url()).toContain('epsilon=0.01');
});

it('adds and removes rows, and goes to another norm and other images', async () => {
  const visitor = await visit(`${start}&attacks=fgsm`);
  const { page } = visitor;
  await sight(visitor);
  await page.locator('#add').selectOption('mi-fgsm');
  await expect.poll(async () => (await sight(visitor)).cells.length).toBe(6);
  await page.getByRole('button', { name: /^Remove Fast gradient/ }).click();
  await expect.poll(async () => (await sight(visitor)).cells.length).toBe(3);
  await expect.poll(() => page.url()).toContain('attacks=mi-fgsm&');
  await page.locator('#norm input[value="l2"]').check();
  await expect.poll(() => page.locator('.distance').first().textContent()).toContain('L2');
  await page.locator('#data input[value="fashion"]').check();
  await expect.poll(async () => (await sight(visitor)).columns).toEqual(['fashion-cnn', 'fashion-cnn-robust']);
  await page.locator('#sample input[value="1"]').check();
  await visitor.settled(120_000);
  await expect.poll(() => page.url()).toContain('sample=1&');
  expect(visitor.complaints).toEqual([]);
});

it.each(['l2', 'l1', 'l0'])('works in the norm %s', async (norm) => {
  const visitor = await visit(`${start}&norm=${norm}&data=fashion`);
  const { cells } = await sight(visitor);
  expect(cells.length).toBeGreaterThan(3);
  expect(await visitor.page.getByRole('alert').textContent()).toBe('');
  for (const { distance, outcome } of cells) if (outcome === '✓ fooled') expect(distance).toBeGreaterThan(0);
});

/** A visit while curves are measured, and the longest task of the page's meanwhile. */
async function watchMeasuring(): Promise<{ visitor: Visit; longest: number }> {
  const visitor = await visit(`${start}&data=mnist&attacks=fgsm&measure=fgsm&samples=200`);
  const { page } = visitor;
  await sight(visitor);
  await page.evaluate(() => {
    const seen = { lines: new Set<string>() };
    Object.assign(window, { seen });
    const watch = () => {
      seen.lines.add([...document.querySelectorAll('.curves .plot path')].map((each) => each.getAttribute('d')).join());
      requestAnimationFrame(watch);
    };
    watch();
  });
  const longest = await longestTask(page, async () => {
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.locator('.curves > progress').waitFor();
    await expect.poll(() => page.locator('.curves > progress').count(), { timeout: 60_000 }).toBe(0);
  });
  return { visitor, longest };
}

it('draws curves as they are measured, the robust network above the ordinary one', async () => {
  const { visitor, longest } = await attempt(watchMeasuring, (watched) => watched.longest < 50);
  const { page } = visitor;
  console.log('Longest task while measuring:', longest, 'ms');
  expect(longest).toBeLessThan(50);
  expect(
    await page.evaluate(() => (window as unknown as { seen: { lines: Set<string> } }).seen.lines.size),
  ).toBeGreaterThan(8);
  await page.locator('.curves summary').click();
  const rows = await page
    .locator('.numbers tbody tr')
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.children].map(({ textContent }) => Number.parseFloat(textContent?.replace(/[<>]/, '') ?? '')),
      ),
    );
  expect(rows).toHaveLength(9);
  expect(rows[0]?.[0]).toBe(0);
  // Curves only fall.
  for (const column of [1, 2, 3]) {
    const values = rows.map((row) => row[column] as number);
    expect(values).toEqual([...values].sort((one, other) => other - one));
    expect(values[0]).toBeGreaterThan(90);
  }
  const at = (epsilon: number) => rows.find(([each]) => each === epsilon) ?? [];
  expect(at(0.2)[3]).toBeGreaterThan((at(0.2)[2] as number) + 20);
  // The same as an attack called by hand.
  const { inputs, labels } = await samples('mnist');
  const data = {
    inputs: { ...inputs, data: inputs.data.slice(0, 200 * 784), shape: [200, 28, 28, 1] },
    labels: labels.slice(0, 200),
  };
  const model = await load('mnist-cnn', { deterministic: true });
  const { summary } = await attack(model, data, { method: 'fgsm', epsilon: 0.05, deterministic: true });
  expect(at(0.05)[2]).toBeCloseTo(100 * summary.robustAccuracy, -0.5);
  expect(visitor.complaints).toEqual([]);
});

it('stops measuring when asked to, and keeps what it has', async () => {
  const visitor = await visit(`${start}&data=mnist&attacks=fgsm&samples=1000&measure=pgd`);
  const { page } = visitor;
  await sight(visitor);
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect.poll(async () => (await lines(page))[0]?.split('L').length, { timeout: 40_000 }).toBeGreaterThan(1);
  const before = await lines(page);
  // The menu says how far it is while another screen is shown.
  await page.getByRole('link', { name: 'Attack', exact: true }).click();
  await page.locator('#model').waitFor();
  await expect.poll(() => page.locator('nav a', { hasText: 'Compare' }).textContent()).toMatch(/\d+ %/);
  await page.locator('nav a', { hasText: 'Compare' }).click();
  await page.locator('.asked .main').click();
  await expect.poll(() => page.locator('.curves').textContent()).toContain('Stopped');
  expect((await lines(page))[0]?.startsWith(before[0]?.slice(0, 10) ?? '')).toBe(true);
  expect(visitor.complaints).toEqual([]);
});

it('gives up what takes too long when asked to', async () => {
  const visitor = await visit(`${start}&data=mnist&sample=0&attacks=fgsm.hop-skip-jump.sign-opt.boundary&norm=l2`);
  const { page } = visitor;
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await visitor.settled(5000);
  expect(await page.locator('.cell').count()).toBeLessThan(12);
});

it('opens with what a link says, and says what it does not know', async () => {
  const visitor = await visit(`${start}&data=fashion&sample=7&attacks=fgsm.nothing&norm=l2&colour=red`);
  await visitor.page.locator('.compare').waitFor();
  const notice = await visitor.page.locator('.notice').textContent();
  for (const name of ['attacks', 'colour']) expect(notice).toContain(name);
  const far = await visit(`${start}&sample=5000`);
  await expect.poll(() => far.page.getByRole('alert').textContent()).toContain('only 1000 images');
  await far.page.getByRole('button', { name: 'Another ten' }).click();
  await expect.poll(() => far.page.locator('.cell').count()).toBeGreaterThan(0);
});

it('can be used with the keyboard alone', async () => {
  const visitor = await visit(`${start}&attacks=fgsm`);
  const { page } = visitor;
  await sight(visitor);
  await visitor.tabTo('room');
  await page.keyboard.press('Home');
  await expect.poll(() => page.locator('.strength output').textContent()).toBe('0');
  await visitor.tabTo('norm');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.locator('#norm input:checked').getAttribute('value')).toBe('l2');
  await visitor.tabTo('add');
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await sight(visitor)).rows.length).toBeGreaterThan(1);
  await page.locator('.cell').nth(1).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.cell').nth(1).getAttribute('aria-pressed')).toBe('true');
  await expect.poll(() => page.locator('.headline [role="status"]').textContent()).toMatch(/^Of the/);
  expect(visitor.complaints).toEqual([]);
});

it.each(['light', 'dark'] as const)('has enough contrast, %s', async (colorScheme) => {
  const visitor = await visit(start, { colorScheme });
  await sight(visitor);
  expect(await poorContrast(visitor.page)).toEqual([]);
});

it('fits a phone without scrolling sideways', async () => {
  for (const [width, data] of [
    [360, 'mnist'],
    [320, 'fashion'],
  ] as const) {
    const visitor = await visit(`${start}&data=${data}`, { viewport: { width, height: 800 } });
    await sight(visitor);
    const facts = await visitor.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth > innerWidth,
      outside: [...document.querySelectorAll('main *, header *')]
        .filter((element) => !element.closest('.unseen, .plot svg'))
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.className || element.tagName),
    }));
    expect(facts).toEqual({ wide: false, outside: [] });
  }
});
