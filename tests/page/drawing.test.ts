import { expect, it } from 'vitest';
import { useSite, type Visit } from './site.js';

const visit = useSite();

const one: [number, number][] = [
  [0.52, 0.12],
  [0.5, 0.5],
  [0.48, 0.88],
];
const seven: [number, number][] = [
  [0.25, 0.2],
  [0.75, 0.2],
  [0.55, 0.5],
  [0.42, 0.88],
];

async function startDrawing(visitor: Visit): Promise<void> {
  await visitor.page.getByRole('radio', { name: 'Draw one' }).check();
  await visitor.page.locator('mlsec-drawing-pad canvas').waitFor();
}

it('reads and attacks a digit that is drawn', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&attack=pgd&o.epsilon=0.3');
  await visitor.settled();
  await startDrawing(visitor);
  expect((await visitor.look()).verdict).toBe('Draw a digit, and the network says what it sees.');
  await visitor.draw(one);
  const drawnOne = await visitor.look();
  expect(drawnOne.before).toBe('1');
  expect(drawnOne.after).not.toBe('1');
  await visitor.page.getByRole('button', { name: 'Clear' }).click();
  const cleared = await visitor.look();
  expect(cleared.verdict).toBe('Draw a digit, and the network says what it sees.');
  expect(cleared.before).toBe('–');
  await visitor.draw(seven);
  expect((await visitor.look()).before).toBe('7');
  expect(visitor.complaints).toEqual([]);
});

it('is what the visitor says it is, until there is another', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&attack=pgd&o.epsilon=0.3');
  const { page } = visitor;
  await startDrawing(visitor);
  await visitor.draw(seven);
  expect((await visitor.look()).verdict).toMatch(/^The network now sees/);
  const truth = page.getByLabel('What it really is');
  await truth.selectOption('4');
  expect((await visitor.look()).verdict).toMatch(/^Nothing to do: the network sees a 7 .* where this is a 4/);
  // No target any more.
  expect(await page.locator('#target').getByLabel('4', { exact: true }).isDisabled()).toBe(true);
  await expect.poll(() => page.url()).toContain('&label=4');
  const again = await visit(new URL(page.url()).hash);
  expect((await again.look()).verdict).toMatch(/where this is a 4/);
  // One goes on drawing the same; what comes after it is cleared is something else.
  await visitor.draw([
    [0.3, 0.5],
    [0.7, 0.5],
  ]);
  await visitor.settled();
  expect(await truth.inputValue()).toBe('4');
  await page.getByRole('button', { name: 'Clear' }).click();
  await visitor.draw(seven);
  await visitor.settled();
  expect(await truth.inputValue()).toBe('');
  expect((await visitor.look()).verdict).toMatch(/^The network now sees/);
  expect([...visitor.complaints, ...again.complaints]).toEqual([]);
});

it('puts a drawing into the link, wherever and however small it was drawn', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn');
  await startDrawing(visitor);
  await visitor.draw(seven.map(([x, y]): [number, number] => [0.05 + x / 2, 0.45 + y / 2]));
  const sight = await visitor.look();
  expect(sight.before).toBe('7');
  await expect.poll(() => visitor.page.url()).toMatch(/drawing=[\w-]{100}/);
  const again = await visit(new URL(visitor.page.url()).hash);
  expect(await again.look()).toEqual({ ...sight, figures: expect.anything() });
});

it('takes a tap for a dot', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&drawing=');
  await visitor.settled();
  await visitor.draw([[0.5, 0.5]]);
  await expect.poll(async () => (await visitor.look()).before).toMatch(/^\d$/);
});

it('keeps a drawing while a sample is looked at', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn');
  await startDrawing(visitor);
  await visitor.draw(one);
  const drawn = await visitor.look();
  await visitor.page.getByRole('radio', { name: 'Pick one' }).check();
  expect((await visitor.look()).before).toBe('4');
  await visitor.page.getByRole('radio', { name: 'Draw one' }).check();
  expect((await visitor.look()).original).toBe(drawn.original);
});

it('can be drawn in with a finger', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn', {
    hasTouch: true,
    isMobile: true,
    viewport: { width: 375, height: 800 },
  });
  await visitor.settled();
  await startDrawing(visitor);
  const pad = visitor.page.locator('mlsec-drawing-pad canvas');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const touch = await visitor.page.context().newCDPSession(visitor.page);
  const points = Array.from({ length: 20 }, (_, index) => ({
    x: (box?.x ?? 0) + (box?.width ?? 0) / 2,
    y: (box?.y ?? 0) + ((box?.height ?? 0) * (index + 2)) / 24,
  }));
  const scrolled = await visitor.page.evaluate(() => scrollY);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [points[0] as (typeof points)[0]] });
  for (const point of points) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect((await visitor.look()).before).toBe('1');
  expect(await visitor.page.evaluate(() => scrollY)).toBe(scrolled);
});
