// What axe-core finds fault with on the playground, in all that it can show.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { close } from 'mlsec';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { untrained, withUnknownOperation } from './own_networks.js';
import { useSite } from './site.js';

const visit = useSite();
afterAll(close);
const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules that are broken, and where. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(await axe);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

it.each([
  ['as it opens', '', 'light'],
  ['as it opens', '', 'dark'],
  ['with options in the place of the slider', '#v=1&model=mnist-mlp&attack=carlini-wagner&o.steps=20', 'light'],
  ['with a drawing pad', '#v=1&drawing=', 'dark'],
  ['for pictures', '#v=1&model=fashion-cnn&picture=', 'light'],
  ['with an error', '#v=1&attack=pgd&o.steps=0', 'dark'],
] as const)('finds nothing %s (%s, %s)', async (_, link, colorScheme) => {
  const visitor = await visit(link, { colorScheme });
  const { page } = visitor;
  await visitor.settled();
  for (const summary of await page.locator('summary').all()) await summary.click();
  await page.waitForTimeout(200);
  expect(await faultsOf(page)).toEqual([]);
});

it.each(['light', 'dark'] as const)(
  "finds nothing with a network of the visitor's, nor with a file that is none (%s)",
  async (colorScheme) => {
    const visitor = await visit('', { colorScheme });
    const { page } = visitor;
    await visitor.settled();
    const names = Array.from({ length: 30 }, (_, index) => `class of many ${index}`);
    const give = async (name: string, buffer: Uint8Array) =>
      page
        .locator('#own-model')
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(buffer) });
    const network = await untrained([40, 60, 3], names);
    await give('mine.onnx', network);
    await page.locator('.notice').getByText('Your network is loaded').waitFor();
    await visitor.settled();
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.waitForTimeout(200);
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('#option-mean').fill('1, 2');
    await page.locator('#option-mean').blur();
    await page.locator('#option-mean-problem').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await give('odd.onnx', withUnknownOperation(network));
    await page.getByRole('button', { name: 'Forget this file' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
  },
);

it('finds nothing on the page of examples, inside the elements', async () => {
  const visitor = await visit('examples.html');
  await visitor.page.locator('#plain output:not(mlsec-playground *)').last().waitFor();
  await visitor.page.waitForTimeout(1500);
  expect(await faultsOf(visitor.page)).toEqual([]);
});

it('finds faults where there are any', async () => {
  const visitor = await visit();
  await visitor.settled();
  await visitor.page.evaluate(() => document.querySelector('#strength')?.removeAttribute('id'));
  expect((await faultsOf(visitor.page)).join()).toContain('label');
});
