// Two networks that learn points of a plane, and attacks on a point.
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { attempt } from '../attempt.js';
import { poorContrast } from './looks.js';
import { useSite, type Visit } from './site.js';
import { longestTask } from './tasks.js';

// Much is computed here; on a busy machine, all of it takes its time.
vi.setConfig({ testTimeout: 240_000 });

const visit = useSite();
const start = '#v=1&screen=landscape';

/** What is shown of both networks. */
async function sight(visitor: Visit) {
  await visitor.settled(120_000);
  return visitor.page.evaluate(() => ({
    verdict: document.querySelector('.verdict')?.textContent ?? '',
    epoch: document.querySelector('.epoch b')?.textContent ?? '',
    pictures: [...document.querySelectorAll<HTMLCanvasElement>('decision-plane canvas')].map((each) =>
      each.toDataURL(),
    ),
    labels: [...document.querySelectorAll('decision-plane')].map((each) => each.getAttribute('aria-label') ?? ''),
    figures: [...document.querySelectorAll('.standing')].map((list) =>
      [...list.querySelectorAll('dd')].map(({ textContent }) =>
        Number.parseFloat((textContent ?? '').replace(',', '')),
      ),
    ),
  }));
}

/** The colour of a place of a plane: -1 to 1 from left to right and from the lower edge to the upper one. */
function colourAt(page: Page, plane: number, x: number, y: number): Promise<number[]> {
  return page.evaluate(
    ([index, right, up]) => {
      const canvas = document.querySelectorAll<HTMLCanvasElement>('decision-plane canvas')[index as number];
      if (!canvas) return [];
      const at = (share: number) => Math.min(canvas.width - 1, Math.round(((share + 1) / 2) * canvas.width));
      const copy = new OffscreenCanvas(1, 1).getContext('2d');
      copy?.drawImage(canvas, at(right as number), at(-(up as number)), 1, 1, 0, 0, 1, 1);
      const { data = [] } = copy?.getImageData(0, 0, 1, 1) ?? {};
      return [...data].slice(0, 3);
    },
    [plane, x, y],
  );
}

const bluish = ([red = 0, , blue = 0]: number[]) => blue > red + 30;
const orange = ([red = 0, , blue = 0]: number[]) => red > blue + 30;

async function clickAt(page: Page, plane: number, x: number, y: number): Promise<void> {
  const box = await page.locator('decision-plane').nth(plane).boundingBox();
  if (!box) throw new Error('There is no plane.');
  await page.mouse.click(box.x + ((x + 1) / 2) * box.width, box.y + ((1 - y) / 2) * box.height);
}

/** A visit while the networks learn, and the longest task of the page's meanwhile. */
async function watchLearning(): Promise<{ visitor: Visit; longest: number }> {
  const visitor = await visit(start);
  const { page } = visitor;
  await page.locator('.landscape').waitFor();
  await page.evaluate(() => {
    const seen = { epochs: new Set<string>() };
    Object.assign(window, { seen });
    const watch = () => {
      seen.epochs.add(document.querySelector('.epoch b')?.textContent ?? '');
      requestAnimationFrame(watch);
    };
    watch();
  });
  return { visitor, longest: await longestTask(page, () => visitor.settled(120_000)) };
}

it('learns while one watches, and the hardened network withstands more', async () => {
  const { visitor, longest } = await attempt(watchLearning, (watched) => watched.longest < 50);
  const { page } = visitor;
  console.log('Longest task while learning:', longest, 'ms');
  expect(longest).toBeLessThan(50);
  const { verdict, epoch, figures } = await sight(visitor);
  expect(epoch).toBe('Epoch 150');
  expect(verdict).toBe(
    'Attacked, the orange diamond fools the ordinary network. The one that learned from attacks holds.',
  );
  const [[right = 0, robust = 0, distance = 0] = [], [hardenedRight = 0, hardenedRobust = 0] = []] = figures;
  expect(right).toBeGreaterThan(95);
  expect(hardenedRight).toBeGreaterThan(90);
  expect(hardenedRobust).toBeGreaterThan(robust + 5);
  // What got across did so within its room.
  expect(distance).toBeGreaterThan(0);
  expect(distance).toBeLessThanOrEqual(0.151);
  expect(
    await page.evaluate(() => (window as unknown as { seen: { epochs: Set<string> } }).seen.epochs.size),
  ).toBeGreaterThan(3);
  expect(visitor.complaints).toEqual([]);
});

it('shows the boundary where the points have it', async () => {
  const visitor = await visit(`${start}&data=circles&epochs=150&point=0&epsilon=0.01`);
  await sight(visitor);
  for (const plane of [0, 1]) {
    expect(bluish(await colourAt(visitor.page, plane, 0, 0))).toBe(true);
    for (const [x, y] of [
      [0.95, 0.95],
      [-0.95, 0.95],
      [0.95, -0.95],
      [-0.95, -0.95],
    ] as const) {
      expect(orange(await colourAt(visitor.page, plane, x, y))).toBe(true);
    }
  }
});

it('draws a straight boundary without hidden layers', async () => {
  const visitor = await visit(`${start}&data=circles&layers=0&epochs=60`);
  const { figures, verdict } = await sight(visitor);
  // No line parts a disc from the ring around it.
  expect(figures[0]?.[0]).toBeLessThan(75);
  expect(verdict).not.toBe('');
  await visitor.page.locator('#option-layers input[value="2"]').check();
  expect((await sight(visitor)).figures[0]?.[0]).toBeGreaterThan(90);
});

it('gives everyone the same picture for the same link', async () => {
  const link = `${start}&data=spirals&points=120&noise=0.05&dataSeed=3&units=8&activation=tanh&epochs=90&point=17&attack=apgd&norm=l1&epsilon=0.3&surface=loss&view=close`;
  const [one, other] = await Promise.all([visit(link), visit(link)]);
  const first = await sight(one);
  expect(await sight(other)).toEqual(first);
  expect(first.epoch).toBe('Epoch 90');
  await expect.poll(() => new URL(one.page.url()).hash).toBe(link);
  // Another seed is another picture.
  const third = await sight(await visit(link.replace('dataSeed=3', 'dataSeed=4')));
  expect(third.pictures).not.toEqual(first.pictures);
  expect(one.complaints).toEqual([]);
});

it('attacks the point that is clicked, and follows the slider', async () => {
  const visitor = await visit(`${start}&data=blobs&epochs=100&epsilon=0.05&point=0`);
  const { page } = visitor;
  const before = await sight(visitor);
  expect(before.verdict).toContain('keep their answer on the blue disc');
  await clickAt(page, 0, 0.35, 0.25);
  await expect.poll(async () => (await sight(visitor)).verdict).toContain('orange diamond');
  await page.locator('#room').fill('0.6');
  await expect.poll(async () => (await sight(visitor)).verdict).toContain('gets across both boundaries');
  const after = await sight(visitor);
  // More room, less that stays right; the networks are the same.
  expect(after.figures[0]?.[0]).toBe(before.figures[0]?.[0]);
  expect(after.figures[0]?.[1]).toBeLessThan(before.figures[0]?.[1] as number);
  await expect.poll(() => page.url()).toContain('epsilon=0.6');
});

it.each(['l1', 'l2', 'linf'])('keeps an attack within the ball of %s', async (norm) => {
  const visitor = await visit(`${start}&epochs=60&norm=${norm}&epsilon=0.3`);
  const { figures, verdict } = await sight(visitor);
  expect(verdict).toMatch(/^Attacked/);
  expect(figures[0]?.[2]).toBeLessThanOrEqual(0.301);
  expect(await visitor.page.locator('#norm input:checked').getAttribute('value')).toBe(norm);
});

it('plays, pauses and begins anew', async () => {
  const visitor = await visit(`${start}&epochs=10`);
  const { page } = visitor;
  await sight(visitor);
  await page.locator('#speed input[value="Infinity"]').check();
  await page.getByRole('button', { name: 'Play' }).click();
  const epoch = async () => Number((await page.locator('.epoch b').textContent())?.replace(/\D/g, ''));
  await expect.poll(epoch, { timeout: 60_000 }).toBeGreaterThan(60);
  expect(await page.locator('.pace').textContent()).toMatch(/^[\d,]+ a second$/);
  await page.getByRole('button', { name: 'Pause' }).click();
  const { epoch: words } = await sight(visitor);
  await expect.poll(() => page.url()).toContain(`epochs=${words.replace(/\D/g, '')}`);
  // What was reached by playing is what the link leads to.
  const paused = await sight(visitor);
  const linked = await sight(await visit(new URL(page.url()).hash));
  expect(linked).toEqual(paused);
  await page.getByRole('button', { name: 'Start anew' }).click();
  expect((await sight(visitor)).epoch).toBe('Epoch 0');
  // Without having learned, it gets about half of the points right.
  expect((await sight(visitor)).figures[0]?.[0]).toBeLessThan(95);
  expect(visitor.complaints).toEqual([]);
});

it('stops when another screen is shown', async () => {
  const visitor = await visit(start);
  const { page } = visitor;
  await sight(visitor);
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByRole('link', { name: 'Attack', exact: true }).click();
  await page.locator('#model').waitFor();
  await page.getByRole('link', { name: 'Landscape', exact: true }).click();
  const { epoch } = await sight(visitor);
  expect(Number(epoch.replace(/\D/g, ''))).toBeGreaterThanOrEqual(150);
});

it('learns points that are drawn, dragged or typed, and forgets what is cleared', async () => {
  const visitor = await visit(start);
  const { page } = visitor;
  await sight(visitor);
  await page.locator('#data input[value="drawn"]').check();
  await expect.poll(() => page.locator('.verdict').textContent()).toContain('Place points of both classes');
  const box = (await page.locator('decision-plane').first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const to = (x: number, y: number) => [box.x + ((x + 1) / 2) * box.width, box.y + ((1 - y) / 2) * box.height] as const;
  await page.mouse.move(...to(-0.6, 0.6));
  await page.mouse.down();
  await page.mouse.move(...to(-0.6, -0.6), { steps: 30 });
  await page.mouse.up();
  await page.locator('#tool input[value="1"]').check();
  // With the keyboard: the middle of the plane, and to the right of it.
  await page.locator('decision-plane').first().focus();
  for (let press = 0; press < 10; press++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await expect.poll(async () => (await sight(visitor)).epoch).toBe('Epoch 150');
  await page.locator('#tool input[value="attack"]').check();
  const { labels, figures } = await sight(visitor);
  expect(Number(/(\d+) points/.exec(labels[0] ?? '')?.[1])).toBeGreaterThan(10);
  expect(figures[0]?.[0]).toBe(100);
  expect(bluish(await colourAt(page, 0, -0.9, 0.3))).toBe(true);
  expect(orange(await colourAt(page, 0, 0.9, 0.3))).toBe(true);
  // The link has the points, once all has come to rest.
  await page.waitForTimeout(1000);
  await visitor.settled();
  const again = await sight(await visit(new URL(page.url()).hash));
  expect(again.labels).toEqual(labels);
  expect(again.figures).toEqual(figures);
  await page.locator('#tool input[value="remove"]').check();
  await clickAt(page, 0, 0.5, 0);
  await clickAt(page, 0, 0.5, 0.05);
  await expect.poll(() => page.locator('.verdict').textContent()).toContain('Place points of both classes');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(async () => (await sight(visitor)).labels[0]).toContain('. 0 points.');
  expect(visitor.complaints).toEqual([]);
});

it('works with every attack on vectors, and shows the way of each', async () => {
  const visitor = await visit(`${start}&epochs=40&epsilon=0.3`);
  const { page } = visitor;
  await sight(visitor);
  const ids = await page
    .locator('#attack option')
    .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
  expect(ids.length).toBeGreaterThan(30);
  for (const id of ids) {
    await page.locator('#attack').selectOption(id);
    await expect.poll(() => page.locator('.stage').getAttribute('aria-busy'), { timeout: 20_000 }).toBe('false');
    expect(await page.getByRole('alert').textContent(), id).toBe('');
    const { figures } = await sight(visitor);
    expect(figures[0]?.[3], id).toBeGreaterThan(0);
  }
  expect(visitor.complaints).toEqual([]);
});

it('can be used with the keyboard alone', async () => {
  const visitor = await visit(start);
  const { page } = visitor;
  await sight(visitor);
  for (let presses = 0; presses < 30; presses++) {
    if (await page.evaluate(() => document.activeElement?.localName === 'decision-plane')) break;
    await page.keyboard.press('Tab');
  }
  const before = (await sight(visitor)).labels[0];
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await sight(visitor)).labels[0]).not.toBe(before);
  expect((await sight(visitor)).labels[0]).toMatch(
    /^Ordinary training\. 160 points\. Attacked: point \d+, (a )?(blue disc|orange diamond) at/,
  );
  await visitor.tabTo('room');
  await page.keyboard.press('End');
  await expect.poll(() => page.locator('.strength output').textContent()).toBe('0.6');
  await visitor.tabTo('attack');
  await page.keyboard.press('ArrowDown');
  await visitor.settled();
  await expect.poll(() => page.url()).not.toContain('attack=pgd');
  await expect.poll(() => page.locator('.headline [role="status"]').textContent()).toMatch(/network/);
  expect(visitor.complaints).toEqual([]);
});

it('says in words what is wrong with a field, at the field', async () => {
  const visitor = await visit(`${start}&epochs=20`);
  const { page } = visitor;
  await sight(visitor);
  await page.locator('#option-points').fill('3');
  await page.locator('#option-points').press('Enter');
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('Points must be');
  expect(await page.locator('#option-points').getAttribute('aria-invalid')).toBe('true');
  await page.locator('#option-points').fill('50');
  await page.locator('#option-points').press('Enter');
  await expect.poll(async () => (await sight(visitor)).labels[0]).toContain('50 points');
  expect(await page.getByRole('alert').textContent()).toBe('');
  const other = await visit(`${start}&data=moons&shape=round&norm=l7`);
  await expect.poll(() => other.page.locator('.notice').textContent()).toMatch(/shape.*norm|norm.*shape/);
});

it('does what was asked for while something failed', async () => {
  let asked = 0;
  let failNow = () => {};
  const visitor = await visit(`${start}&epochs=20`, {
    before: (page) =>
      page.route(/training-simd-[^/]*\.wasm$/, async (route) => {
        if (asked++ > 0) return route.continue();
        await new Promise<void>((resolve) => {
          failNow = resolve;
        });
        await route.abort();
      }),
  });
  const { page } = visitor;
  await expect.poll(() => asked).toBeGreaterThan(0);
  await page.locator('#data input[value="circles"]').check();
  failNow();
  expect((await sight(visitor)).epoch).toBe('Epoch 150');
  expect(bluish(await colourAt(page, 0, 0, 0))).toBe(true);
  expect(await page.getByRole('alert').textContent()).toBe('');
});

it('leaves what is being typed alone while the networks learn', async () => {
  const visitor = await visit(`${start}&epochs=0`);
  const { page } = visitor;
  await sight(visitor);
  await page.getByRole('button', { name: 'Play' }).click();
  await page.locator('#option-points').fill('77');
  const before = await page.locator('.epoch b').textContent();
  await expect.poll(() => page.locator('.epoch b').textContent(), { timeout: 60_000 }).not.toBe(before);
  expect(await page.locator('#option-points').inputValue()).toBe('77');
  await page.locator('#option-points').press('Enter');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(async () => (await sight(visitor)).labels[0], { timeout: 60_000 }).toContain('77 points');
});

it('shows only what comes of a training where less motion is wanted', async () => {
  const visitor = await visit(start, { reducedMotion: 'reduce' });
  await visitor.page.locator('.landscape').waitFor();
  await visitor.page.evaluate(() => {
    const pictures = new Set<string>();
    Object.assign(window, { pictures });
    const watch = () => {
      pictures.add(document.querySelector<HTMLCanvasElement>('decision-plane canvas')?.toDataURL() ?? '');
      requestAnimationFrame(watch);
    };
    watch();
  });
  await sight(visitor);
  const count = await visitor.page.evaluate(() => (window as unknown as { pictures: Set<string> }).pictures.size);
  // Nothing, the points, and the end.
  expect(count).toBeLessThanOrEqual(3);
});

it.each(['light', 'dark'] as const)('has enough contrast, %s', async (colorScheme) => {
  const visitor = await visit(`${start}&epochs=20`, { colorScheme });
  await sight(visitor);
  for (const summary of await visitor.page.locator('summary').all()) await summary.click();
  expect(await poorContrast(visitor.page)).toEqual([]);
});

it('fits a phone without scrolling sideways', async () => {
  for (const width of [360, 320]) {
    const visitor = await visit(`${start}&epochs=20`, { viewport: { width, height: 800 } });
    const { page } = visitor;
    await sight(visitor);
    await page.locator('#data input[value="drawn"]').check();
    for (const summary of await page.locator('summary').all()) await summary.click();
    const facts = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth > innerWidth,
      outside: [...document.querySelectorAll('main *, header *')]
        .filter((element) => !element.closest('.unseen'))
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.className || element.tagName),
    }));
    expect(facts).toEqual({ wide: false, outside: [] });
  }
});
