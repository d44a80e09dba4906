// The images on the way of an attack, and how the change is shown.
import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();
const link = '#v=1&model=mnist-cnn&sample=4&attack=pgd&target=8&o.epsilon=0.3&o.steps=20&o.earlyStop=false';

it('is gone step by step, from the start to the result', async () => {
  const visitor = await visit(link);
  const { page } = visitor;
  const result = await visitor.look();
  const way = page.locator('#way');
  const last = Number(await way.getAttribute('max'));
  expect(last).toBeGreaterThan(15);
  expect(await way.inputValue()).toBe(String(last));
  await page.getByRole('button', { name: 'To the start' }).click();
  await expect.poll(() => way.inputValue()).toBe('0');
  const start = await visitor.look();
  expect(start.adversarial).not.toBe(result.adversarial);
  await expect.poll(() => page.locator('.adversarial .reading b').textContent()).toBe('4');
  await page.getByRole('button', { name: 'Step on' }).click();
  await expect
    .poll(() => way.getAttribute('aria-valuetext'))
    .toMatch(/^image 2 of \d+ that the attack tried, seen as an? \d$/);
  await way.fill(String(last));
  const end = await visitor.look();
  expect(end.adversarial).toBe(result.adversarial);
  expect(end.after).toBe('8');
  expect(await way.getAttribute('aria-valuetext')).toBe('the result');
  // The figures and the verdict are those of the result throughout.
  expect(start.verdict).toBe(result.verdict);
  expect(visitor.complaints).toEqual([]);
});

it('is played, and can be paused', async () => {
  const visitor = await visit(link);
  const { page } = visitor;
  await visitor.settled();
  const way = page.locator('#way');
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(async () => Number(await way.inputValue()), { interval: 20 }).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Pause' }).click();
  const paused = await way.inputValue();
  await page.waitForTimeout(600);
  expect(await way.inputValue()).toBe(paused);
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => way.inputValue(), { timeout: 20_000 }).toBe(await way.getAttribute('max'));
  await page.getByRole('button', { name: 'Play' }).waitFor();
});

it('is seen while a slow attack is at work', async () => {
  const slow = '#v=1&model=mnist-cnn&sample=4&attack=carlini-wagner&o.steps=100000&o.searchSteps=30&o.abortEarly=false';
  const visitor = await visit(slow);
  const { page } = visitor;
  await page.locator('.evolving').waitFor();
  const image = () => page.evaluate(() => document.querySelector<HTMLCanvasElement>('.change canvas')?.toDataURL());
  const first = await image();
  await expect.poll(async () => (await image()) !== first).toBe(true);
  await page.locator('.progress button').click();
});

it('amplifies the change as one likes, in the link too, without another attack', async () => {
  const visitor = await visit('#v=1&model=mnist-mlp&sample=4&attack=fgsm&o.epsilon=0.05');
  const { page } = visitor;
  const before = await visitor.look();
  expect(await page.locator('.factor').textContent()).toContain('×20');
  await page.locator('#amplification').press('Home');
  await expect.poll(() => page.locator('.factor').textContent()).toContain('×1');
  expect(await page.locator('#amplification').getAttribute('aria-valuetext')).toBe('×1');
  const after = await visitor.look();
  expect(after.change).not.toBe(before.change);
  expect(after).toEqual({ ...before, change: after.change });
  await expect.poll(() => page.url()).toContain('amplification=1');
  const again = await visit(new URL(page.url()).hash);
  expect((await again.look()).change).toBe(after.change);
});
