import { catalog } from 'mlsec/catalog';
import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();
const clothes = catalog().datasets.find(({ id }) => id === 'fashion')?.classNames ?? [];

it('offers every network of the catalogue, each with images of what it has learned', async () => {
  const visitor = await visit();
  await visitor.settled();
  const originals = new Map<string, string>();
  for (const { id, dataset } of catalog().models) {
    await visitor.page.locator(`#model input[value="${id}"]`).check();
    const sight = await visitor.look();
    expect(sight.verdict).toMatch(/^The network|^Nothing to do/);
    expect(originals.get(dataset) ?? sight.original).toBe(sight.original);
    originals.set(dataset, sight.original);
  }
  expect(new Set(originals.values()).size).toBe(originals.size);
  expect(originals.size).toBeGreaterThan(1);
  expect(visitor.complaints).toEqual([]);
});

it('calls classes by the names that the data set has for them', async () => {
  const visitor = await visit('#v=1&model=fashion-cnn&sample=1&attack=pgd&o.epsilon=0.3');
  const { page } = visitor;
  const sight = await visitor.look();
  expect(clothes).toContain(sight.before);
  expect(clothes).toContain(sight.after);
  expect(sight.verdict).toContain(sight.after);
  expect(await page.locator('.bars tbody th').allTextContents()).toEqual(clothes);
  expect(await page.locator('#sample input:checked').getAttribute('aria-label')).toBe('Sample 2, a Pullover');
  await page.locator('#target').getByLabel('Coat').check();
  expect((await visitor.look()).after).toBe('Coat');
});

it('offers to draw only what can be drawn, and keeps the drawing', async () => {
  const visitor = await visit('#v=1&model=mnist-mlp&target=3&drawing=');
  const { page } = visitor;
  await visitor.draw([
    [0.5, 0.1],
    [0.5, 0.9],
  ]);
  const drawn = await visitor.look();
  await page.locator('#model input[value="fashion-cnn"]').check();
  expect((await visitor.look()).original).not.toBe(drawn.original);
  expect(await page.getByLabel('Draw one').count()).toBe(0);
  // A class aimed at is another one here.
  expect(await page.locator('#target input:checked').getAttribute('value')).toBe('any');
  await page.locator('#model input[value="mnist-mlp"]').check();
  await page.getByLabel('Draw one').check();
  expect((await visitor.look()).original).toBe(drawn.original);
});

it('says that a link has a drawing where none can be', async () => {
  const visitor = await visit('#v=1&model=fashion-cnn&drawing=');
  await visitor.settled();
  expect(await visitor.page.locator('.notice').textContent()).toContain('not learned from drawings');
  expect((await visitor.look()).verdict).toMatch(/^The network|^Nothing to do/);
});

it('shows nothing of one data set as if it were of another', async () => {
  const visitor = await visit('#v=1&model=mnist-mlp&sample=4', {
    // The samples of the other one take their time.
    before: (page) =>
      page.route('**/fashion-*.bin', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await route.continue();
      }),
  });
  await visitor.settled();
  await visitor.page.locator('#model input[value="fashion-cnn"]').check();
  await visitor.page.locator('.named').waitFor();
  expect(await visitor.page.locator('.original .reading b').textContent()).toBe('–');
  expect(clothes).toContain((await visitor.look()).before);
});
