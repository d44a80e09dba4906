import { expect, it } from 'vitest';
import { nameless, poorContrast, spokenLines } from './looks.js';
import { useSite, type Visit } from './site.js';

const visit = useSite();

const link = '#v=1&screen=train&data=fashion&architecture=mlp&adversarial=pgd&o.epochs=3';

async function trained(visitor: Visit): Promise<void> {
  await visitor.page.getByRole('button', { name: 'Train', exact: true }).click();
  await visitor.settled(40_000);
  await visitor.page.locator('summary', { hasText: 'Every epoch' }).click();
  await visitor.page.locator('summary', { hasText: 'More options' }).click();
}

it('can be trained with the keyboard alone, and its network attacked', async () => {
  const visitor = await visit();
  const { page } = visitor;
  const { keyboard } = page;
  await visitor.settled();
  await visitor.tabTo('Train');
  await keyboard.press('Enter');
  await page.locator('.training').waitFor();
  expect(await visitor.focused()).toBe('Train');
  await visitor.tabTo('architecture');
  await keyboard.press('ArrowLeft');
  expect(await page.locator('#architecture input:checked').getAttribute('value')).toBe('mlp');
  await visitor.tabTo('option-epochs');
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('3');
  await keyboard.press('Enter');
  await expect.poll(() => page.locator('.stage').getAttribute('aria-busy')).toBe('true');
  await visitor.settled(40_000);
  expect(await page.locator('.figures dd').first().textContent()).toBe('3 of 3');
  await visitor.tabTo('Attack what you just trained');
  await keyboard.press('Enter');
  await page.locator('#model').waitFor();
  expect((await visitor.look()).verdict).toMatch(/^The network/);
  // The button is gone; who used it goes on close by.
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  await visitor.tabTo('strength');
  expect(visitor.complaints).toEqual([]);
});

it('keeps the focus of whoever stops it', async () => {
  const visitor = await visit('#v=1&screen=train&architecture=mlp&o.epochs=5000');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.waitForTimeout(700);
  await page.getByRole('button', { name: 'Stop and keep' }).focus();
  await page.keyboard.press('Enter');
  await visitor.settled();
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('headline');
});

it('names everything, and says how it goes', async () => {
  const visitor = await visit(link);
  const { page } = visitor;
  await page.locator('.training').waitFor();
  await page.evaluate(() => {
    const region = document.querySelector('.headline [role="status"]') as Element;
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('progress').waitFor();
  expect(nameless(await spokenLines(page))).toEqual([]);
  await visitor.settled(40_000);
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.filter(Boolean));
  await expect.poll(async () => (await heard()).at(-1)).toMatch(/^The network gets/);
  expect((await heard())[0]).toMatch(/^Epoch 1 of 3: .* of new images right/);
  // Not each of many epochs: whoever listens is to hear the end of the sentence.
  expect((await heard()).length).toBeLessThan(6);
  const lines = await spokenLines(page);
  expect(nameless(lines)).toEqual([]);
  const charts = lines.filter((line) => /^img "(Loss|Accuracy)\. images it learns from, from .* to /.test(line));
  expect(charts).toHaveLength(2);
});

it('is one well-formed document', async () => {
  const visitor = await visit(link);
  await trained(visitor);
  const facts = await visitor.page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const references = ['aria-describedby', 'aria-labelledby', 'for'].flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)].flatMap((each) =>
        (each.getAttribute(name) ?? '').trim().split(/\s+/),
      ),
    );
    return {
      headings: [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => tagName),
      twice: ids.filter((id, index) => ids.indexOf(id) !== index),
      nowhere: references.filter((id) => !document.getElementById(id)),
      unnamed: document.querySelectorAll('fieldset:not(:has(legend))').length,
    };
  });
  expect(facts).toEqual({ headings: ['H1', 'H2', 'H2', 'H2'], twice: [], nowhere: [], unnamed: 0 });
});

it.each(['light', 'dark'] as const)('has enough contrast, %s', async (colorScheme) => {
  const visitor = await visit(link, { colorScheme });
  await trained(visitor);
  expect(await poorContrast(visitor.page)).toEqual([]);
});

it('fits a phone without scrolling sideways, and shows there what happens', async () => {
  for (const width of [360, 320]) {
    const visitor = await visit(link, { viewport: { width, height: 800 } });
    const { page } = visitor;
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.locator('progress').waitFor();
    const box = async () => (await page.locator('.going').boundingBox())?.y ?? -1;
    await expect.poll(box).toBeLessThan(500);
    expect(await box()).toBeGreaterThan(0);
    await visitor.settled(40_000);
    for (const summary of await page.locator('summary').all()) await summary.click();
    const facts = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth > innerWidth,
      outside: [...document.querySelectorAll('main *, header *')]
        .filter((element) => !element.closest('.unseen, .scrolling, .plot svg'))
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.className || element.tagName),
    }));
    expect(facts).toEqual({ wide: false, outside: [] });
  }
});

it('has the button and the charts on one screen of a desktop', async () => {
  const visitor = await visit('#v=1&screen=train');
  await visitor.page.locator('.training').waitFor();
  for (const selector of ['.headline', '.charts', '.figures', '.training .main']) {
    const box = await visitor.page.locator(selector).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0), selector).toBeLessThanOrEqual(900);
  }
});
