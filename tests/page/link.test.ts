import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();

const link =
  '#v=1&model=mnist-cnn&sample=23&attack=pgd&target=8&o.norm=l2&o.epsilon=3.5&o.steps=25&o.seed=9&o.loss=margin';

it('shows what a link says, and the same to everyone', async () => {
  const [one, other] = await Promise.all([visit(link), visit(link)]);
  const sight = await one.look();
  const { figures } = sight;
  expect(await other.look()).toEqual({ ...sight, figures: { ...figures, Time: expect.anything() } });
  const { page } = one;
  expect(await page.locator('#model input:checked').getAttribute('value')).toBe('mnist-cnn');
  expect(await page.locator('#sample input:checked').getAttribute('value')).toBe('23');
  expect(await page.locator('#attack').inputValue()).toBe('pgd');
  expect(await page.locator('#target input:checked').getAttribute('value')).toBe('8');
  expect(await page.locator('#option-norm input:checked').getAttribute('value')).toBe('l2');
  expect(await page.locator('.strength output').textContent()).toBe('3.5');
  expect(await page.locator('#option-steps').inputValue()).toBe('25');
  expect(await page.locator('#option-seed').inputValue()).toBe('9');
  expect(await page.locator('#option-loss input:checked').getAttribute('value')).toBe('margin');
  expect(figures.Gradients).not.toBe('0');
});

it('writes the link that leads to what is shown', async () => {
  const visitor = await visit();
  await visitor.settled();
  await visitor.page.locator('#attack').selectOption('pgd');
  await visitor.page.locator('#target input[value="3"]').check();
  await visitor.slide(0.15);
  await visitor.look(); // what is drawn anew meanwhile must not take the seed away
  await visitor.page.locator('#option-seed').fill('5');
  await visitor.page.locator('#option-seed').press('Enter');
  const sight = await visitor.look();
  await expect.poll(() => visitor.page.url()).toContain('o.seed=5');
  const { hash } = new URL(visitor.page.url());
  expect(hash).toMatch(/^#v=1&model=mnist-mlp&sample=4&attack=pgd&target=3&/);
  const again = await (await visit(hash)).look();
  expect(again).toEqual({ ...sight, figures: { ...sight.figures, Time: expect.anything() } });
});

it('takes up a link that is pasted into the open page', async () => {
  const visitor = await visit('#v=1&sample=0');
  expect((await visitor.look()).before).toBe('7');
  await visitor.page.evaluate(() => {
    location.hash = '#v=1&sample=3';
  });
  await expect.poll(async () => (await visitor.look()).before).toBe('0');
});

it('says what in a link it does not know, and works all the same', async () => {
  const visitor = await visit('#v=1&model=mnist-mlp&attack=none-such&sample=4&o.epsilon=much&extra=1');
  const sight = await visitor.look();
  const notice = await visitor.page.locator('.notice').textContent();
  for (const name of ['attack', 'epsilon', 'extra']) expect(notice).toContain(name);
  expect(sight.after).toBe('9');
});

it('does not guess at links of another version', async () => {
  const visitor = await visit('#v=2&sample=0');
  expect((await visitor.look()).before).toBe('4');
  expect(await visitor.page.locator('.notice').textContent()).toContain('another version');
});

it('says in words that a link asks for a digit that is not there', async () => {
  const visitor = await visit('#v=1&sample=5000');
  await expect.poll(() => visitor.page.getByRole('alert').textContent()).toContain('only 1000 images');
  await visitor.page.getByRole('button', { name: 'Another ten' }).click();
  expect((await visitor.look()).verdict).toMatch(/^The network|^Nothing/);
});

it('copies its link', async () => {
  const visitor = await visit('', { permissions: ['clipboard-read', 'clipboard-write'] });
  await visitor.settled();
  await visitor.slide(0.1);
  await visitor.settled();
  await visitor.page.getByRole('button', { name: 'Copy link' }).click();
  await expect.poll(() => visitor.page.locator('.notice').textContent()).toContain('copied');
  expect(await visitor.page.evaluate(() => navigator.clipboard.readText())).toContain('o.epsilon=0.1');
});
