// A patch is learned, laid over images, moved about, printed and made again.
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { decode } from 'fast-png';
import { close, load, samples } from 'mlsec';
import { applyPatch, measureUniversal, type Patch, universal } from 'mlsec/universal';
import { afterAll, expect, it, vi } from 'vitest';
import { poorContrast } from './looks.js';
import { useSite, type Visit } from './site.js';
import { longestTask } from './tasks.js';

vi.setConfig({ testTimeout: 120_000 });

const visit = useSite();
afterAll(() => close());
const root = path.resolve(import.meta.dirname, '../..');

/** Learned in a moment. */
const link = '#v=1&screen=patch&model=mnist-mlp&target=8&o.size=0.5&o.steps=40&o.seed=3&sample=504&row=8&column=19';
const options = { method: 'adversarial-patch', target: 8, size: 0.5, steps: 40, seed: 3, deterministic: true } as const;

/** What is shown when all has come to rest. */
async function sight(visitor: Visit) {
  await visitor.settled(60_000);
  return visitor.page.evaluate(() => {
    const words = (element: Element | null | undefined) => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
    const all = (selector: string) => [...document.querySelectorAll(selector)].map(words);
    const canvas = (selector: string) => document.querySelector<HTMLCanvasElement>(`${selector} canvas`)?.toDataURL();
    return {
      verdict: words(document.querySelector('.verdict')),
      rates: words(document.querySelector('.rates')),
      others: all('.others .seen'),
      readings: [...document.querySelectorAll('.said tbody tr')].map((row) =>
        [...row.querySelectorAll('.percent')].map(words),
      ),
      scores: [...document.querySelectorAll('.scores tbody tr')].map((row) => [
        words(row.querySelector('th')).split(' ')[0],
        ...[...row.querySelectorAll('.percent')].map(words),
      ]),
      image: canvas('.under') ?? '',
      patch: canvas('.kept-patch') ?? '',
    };
  });
}

/** The same, by the package. */
async function made() {
  const [digits, model] = await Promise.all([samples('mnist'), load('mnist-mlp', { deterministic: true })]);
  const part = (begin: number, end: number) => ({
    inputs: {
      data: digits.inputs.data.slice(begin * 784, end * 784),
      shape: [end - begin, 28, 28, 1],
      layout: 'hwc' as const,
    },
    labels: Array.from(digits.labels).slice(begin, end),
  });
  const { perturbation } = await universal(model, part(0, 500).inputs, options);
  const patch = perturbation as Patch;
  const seenIn = async (place: { row: number; column: number; scale?: number; rotation?: number }) =>
    [...(await model.predict(applyPatch(part(500, 510).inputs, patch, place))).labels].map(String);
  return { model, patch, part, seenIn };
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** The place in the address, as soon as it differs from what it was. */
async function placeAfter({ page }: Visit, act: () => Promise<void>) {
  const address = page.url();
  await act();
  await expect.poll(() => page.url()).not.toBe(address);
  const fields = new URLSearchParams(new URL(page.url()).hash.slice(1));
  const number = (name: string, usual: number) => Number(fields.get(name) ?? usual);
  return {
    row: number('row', Number.NaN),
    column: number('column', Number.NaN),
    scale: number('scale', 1),
    rotation: number('rotation', 0),
  };
}

it('is learned as the package learns it, and measured on images it has not seen', async () => {
  const visitor = await visit(link);
  const shown = await sight(visitor);
  const { model, patch, part, seenIn } = await made();
  expect(shown.others).toEqual(await seenIn({ row: 8, column: 19 }));
  const places = { target: 8, minScale: 0.8, maxScale: 1.2, maxRotation: 30, deterministic: true };
  const { foolingRate } = await measureUniversal(model, part(500, 1000), patch, places);
  expect(shown.scores.map(([name]) => name)).toEqual(['mnist-mlp', 'mnist-cnn', 'mnist-cnn-robust']);
  expect(shown.scores[0]?.[1]).toBe(percent(foolingRate));
  expect(shown.rates).toContain(`it makes ${percent(foolingRate)} of them an 8`);
  // Not because it hides what it covers.
  const [ofPatch, ofNoise] = (shown.scores[0]?.slice(1) ?? []).map((text) => Number.parseInt(String(text), 10));
  expect(ofPatch).toBeGreaterThan((ofNoise as number) + 5);
  expect(visitor.complaints).toEqual([]);
});

it('follows a pointer, and the network with it', async () => {
  const visitor = await visit(link);
  const first = await sight(visitor);
  const box = await visitor.page.locator('.outline').boundingBox();
  if (!box) throw new Error('There is no board.');
  const at = (row: number, column: number) =>
    [box.x + ((column + 0.5) / 28) * box.width, box.y + ((row + 0.5) / 28) * box.height] as const;
  const { mouse } = visitor.page;
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await mouse.move(...at(...from));
    await mouse.down();
    await mouse.move(...at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2));
    await mouse.move(...at(...to));
    await mouse.up();
  };
  // By any point of it, wherever that is.
  const moved = await placeAfter(visitor, () => drag([10, 17], [17, 12]));
  expect(moved).toEqual({ row: 15, column: 14, scale: 1, rotation: 0 });
  const { seenIn } = await made();
  const second = await sight(visitor);
  expect(second.others).toEqual(await seenIn(moved));
  expect(second.image).not.toBe(first.image);
  expect(second.patch).toBe(first.patch);
  // The knob stands above the patch of 14 pixels: to its left, it is turned by 90 degrees, counter-clockwise.
  const turned = await placeAfter(visitor, () => drag([15 - 7 - 2.4, 14], [15, 14 - 7 - 2.4]));
  expect(turned).toEqual({ row: 15, column: 14, scale: 1, rotation: 90 });
  // And farther away, it is larger.
  const larger = await placeAfter(visitor, () => drag([15, 14 - 7 - 2.4], [15, 14 - 10.5 - 2.4]));
  expect(larger).toEqual({ row: 15, column: 14, scale: 1.5, rotation: 90 });
  expect((await sight(visitor)).others).toEqual(await seenIn(larger));
  // A click elsewhere takes it there.
  const put = await placeAfter(visitor, () => mouse.click(...at(2, 3)));
  expect(put).toEqual({ row: 2, column: 3, scale: 1.5, rotation: 90 });
});

it('can be moved, turned and scaled with the keyboard, and a link leads to the same', async () => {
  const visitor = await visit(link);
  const first = await sight(visitor);
  for (const [slider, key, times] of [
    ['Across', 'ArrowLeft', 8],
    ['Down', 'ArrowRight', 4],
    ['Scale', 'ArrowRight', 2],
    ['Turn', 'ArrowRight', 3],
  ] as const) {
    await visitor.page.getByLabel(slider, { exact: true }).focus();
    for (let time = 0; time < times; time++) await visitor.page.keyboard.press(key);
  }
  const second = await sight(visitor);
  await expect.poll(() => visitor.page.url()).toContain('row=9&column=17&scale=1.1&rotation=15');
  expect(second.image).not.toBe(first.image);
  const { hash } = new URL(visitor.page.url());
  const third = await sight(await visit(hash));
  expect(third).toEqual(second);
});

it('is another one for another target, size, form and data set', async () => {
  const visitor = await visit(link);
  const first = await sight(visitor);
  await visitor.page.getByLabel('Anything but what it is').check();
  const second = await sight(visitor);
  expect(second.patch).not.toBe(first.patch);
  expect(second.rates).toContain('of them something else');
  await visitor.page.locator('summary', { hasText: 'How it is learned' }).click();
  await visitor.page.getByLabel('square').check();
  const third = await sight(visitor);
  expect(third.patch).not.toBe(second.patch);
  await visitor.page.getByLabel('Network', { exact: true }).selectOption('fashion-cnn');
  const fourth = await sight(visitor);
  expect(fourth.scores.map(([name]) => name)).toEqual(['fashion-cnn', 'fashion-cnn-robust']);
  // And the first again, as it was.
  await expect.poll(() => visitor.page.url()).toContain('fashion-cnn');
  await visitor.page.evaluate((hash) => {
    location.hash = hash;
  }, link);
  await expect.poll(() => visitor.page.getByLabel('Network', { exact: true }).inputValue()).toBe('mnist-mlp');
  expect(await sight(visitor)).toEqual(first);
  expect(visitor.complaints).toEqual([]);
});

it('keeps the best so far when stopped, and the page stays quick meanwhile', async () => {
  const visitor = await visit(link.replace('o.steps=40', 'o.steps=100000'));
  const { page } = visitor;
  await page.locator('.kept-patch').waitFor({ timeout: 60_000 });
  const longest = await longestTask(page, async () => {
    await page.getByLabel('Across', { exact: true }).focus();
    for (let time = 0; time < 20; time++) await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Stop' }).click();
    await visitor.settled(60_000);
  });
  expect(longest).toBeLessThan(50);
  const shown = await sight(visitor);
  expect(shown.scores).toHaveLength(3);
  expect(shown.others).toHaveLength(10);
  expect(visitor.complaints).toEqual([]);
});

it('says so when it is stopped before there is a patch, and goes on', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const visitor = await visit(link, {
    before: (page) =>
      page.route(/attacks-simd/, async (route) => {
        await held;
        await route.continue();
      }),
  });
  const { page } = visitor;
  await page.locator('.others .tiles').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  expect((await sight(visitor)).verdict).toMatch(/^The learning was stopped before there was a patch/);
  expect(await page.locator('.kept-patch').count()).toBe(0);
  release();
  await page.locator('#target').getByLabel('3', { exact: true }).check();
  await page.locator('.kept-patch').waitFor();
  expect((await sight(visitor)).scores).toHaveLength(3);
  expect(visitor.complaints).toEqual([]);
});

it('says what is wrong with an option, and goes on', async () => {
  const visitor = await visit(link.replace('o.steps=40', 'o.steps=0'));
  await expect.poll(() => visitor.page.locator('.headline [role=alert]').textContent()).toContain('steps must be');
  await visitor.page.locator('summary', { hasText: 'How it is learned' }).click();
  await visitor.page.getByLabel('Steps').fill('40');
  await visitor.page.keyboard.press('Tab');
  expect((await sight(visitor)).verdict).toMatch(/the network|The network/);
  const strange = await visit(link.replace('target=8', 'target=12').replace('sample=504', 'sample=4'));
  await sight(strange);
  const notice = await strange.page.locator('.notice').textContent();
  expect(notice).toContain("The link's target is nothing this page knows");
  expect(notice).toContain("The link's sample is nothing this page knows");
});

it('is printed alone, 12 cm wide, and saved as a picture', async () => {
  const visitor = await visit(link);
  await sight(visitor);
  const { page } = visitor;
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'The patch as PNG' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('mnist-mlp-patch.png');
  const picture = decode(await readFile(await download.path()));
  const { patch } = await made();
  expect([picture.width, picture.height]).toEqual([1008, 1008]);
  // 72 pixels for each of the patch's; the corners are seen through.
  const shadeAt = (row: number, column: number) => {
    const place = ((row * 72 + 36) * 1008 + column * 72 + 36) * picture.channels;
    return [picture.data[place], picture.data[place + picture.channels - 1]];
  };
  expect(shadeAt(0, 0)[1]).toBe(0);
  for (const [row, column] of [
    [7, 7],
    [3, 9],
    [12, 5],
  ] as const)
    expect(shadeAt(row, column)).toEqual([Math.round(255 * (patch.data[row * 14 + column] as number)), 255]);

  await page.emulateMedia({ media: 'print' });
  const visible = await page.evaluate(() =>
    [...document.querySelectorAll('header, footer, .patching, .sheet')]
      .filter((each) => (each as HTMLElement).checkVisibility())
      .map((each) => each.className || each.tagName),
  );
  expect(visible).toEqual(['sheet']);
  const printed = await page.locator('.sheet mlsec-pixel-image').boundingBox();
  expect(printed?.width).toBeCloseTo((12 / 2.54) * 96, 0);
});

it('is a program that makes the same patch, byte for byte', async () => {
  const visitor = await visit(link);
  const { others } = await sight(visitor);
  await visitor.page.locator('.kept-patch summary').click();
  const code = (await visitor.page.locator('.kept-patch pre').textContent()) ?? '';
  const file = path.join(root, `build/patch-${process.pid}.mjs`);
  const program = code
    .replace("'mlsec'", JSON.stringify(path.join(root, 'dist/index.js')))
    .replace("'mlsec/universal'", JSON.stringify(path.join(root, 'dist/universal.js')))
    .replace(/console\.log\((.*)\);/, (_, shown) => `console.log(JSON.stringify([[...patch.data], ...[${shown}]]));`);
  await writeFile(file, program);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], { maxBuffer: 1 << 24 });
    const [data, , seen] = JSON.parse(stdout);
    expect(data).toEqual([...(await made()).patch.data]);
    expect(String(seen)).toBe(others[4]);
  } finally {
    await rm(file);
  }
});

it.each(['light', 'dark'] as const)('fits a phone, and has enough contrast, %s', async (colorScheme) => {
  const visitor = await visit(link, { viewport: { width: 360, height: 740 }, hasTouch: true, colorScheme });
  await sight(visitor);
  const { page } = visitor;
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await poorContrast(page)).toEqual([]);
});
