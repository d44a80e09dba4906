import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { nameless, poorContrast, spokenLines } from './looks.js';
import { useSite } from './site.js';

const visit = useSite();

/** Opens what is folded away. */
async function unfold(page: Page): Promise<void> {
  for (const summary of await page.locator('summary').all()) await summary.click();
}

const searching = '#v=1&model=mnist-mlp&sample=0&attack=carlini-wagner&o.steps=20';

it('can be used with the keyboard alone', async () => {
  const visitor = await visit();
  const { page } = visitor;
  const { keyboard } = page;
  await visitor.settled();

  await visitor.tabTo('strength');
  await keyboard.press('Home');
  expect((await visitor.look()).after).toBe('4');
  for (let press = 0; press < 30; press++) await keyboard.press('ArrowRight');
  expect((await visitor.look()).after).toBe('9');
  expect(await page.locator('.strength output').textContent()).toBe('0.15');

  await visitor.tabTo('model');
  await keyboard.press('ArrowRight');
  await visitor.settled();
  expect(await page.locator('#model input:checked').getAttribute('value')).toBe('mnist-cnn');

  await visitor.tabTo('sample');
  await keyboard.press('ArrowLeft');
  expect((await visitor.look()).before).toBe('0');

  await visitor.tabTo('Another ten');
  await keyboard.press('Enter');
  await visitor.settled();
  expect(await page.locator('#sample input:checked').getAttribute('value')).toBe('13');

  await visitor.tabTo('attack');
  await keyboard.press('ArrowDown');
  await visitor.settled();
  expect(await page.locator('#attack').inputValue()).toBe('pgd');

  await visitor.tabTo('target');
  await keyboard.press('ArrowRight');
  await visitor.settled();
  expect(await page.locator('#target input:checked').getAttribute('value')).not.toBe('any');

  await visitor.tabTo('option-steps');
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('60');
  await keyboard.press('Enter');
  await visitor.settled();
  await expect.poll(() => page.url()).toContain('o.steps=60');

  await visitor.tabTo('More options');
  await keyboard.press('Enter');
  await visitor.tabTo('option-randomStart');
  await keyboard.press('Space');
  await visitor.settled();
  await expect.poll(() => page.url()).toContain('o.randomStart=false');
  expect(visitor.complaints).toEqual([]);
});

it('shows where the focus is', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.settled();
  const unseen: string[] = [];
  let stops = 0;
  for (; stops < 60; stops++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    const outlined = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const shown = element.matches('.alternative input') ? (element.nextElementSibling as Element) : element;
      const { outlineStyle, outlineWidth } = getComputedStyle(shown);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    });
    if (!outlined) unseen.push(await visitor.focused());
  }
  expect(unseen).toEqual([]);
  expect(stops).toBeGreaterThan(10);
});

it('keeps the focus of whoever cancels, and gives it on', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=4&attack=carlini-wagner&o.steps=100000&o.abortEarly=false');
  const { page } = visitor;
  await page.locator('.progress button').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => visitor.focused()).toBe('Run again');
  await page.keyboard.press('Enter');
  await expect.poll(() => visitor.focused()).toBe('Cancel');
  await page.evaluate(() => {
    location.hash = '#v=1&sample=4';
  });
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('adversarial');
});

it.each([
  ['a slider', ''],
  ['options instead of a slider', searching],
  ['a drawing pad', '#v=1&drawing='],
])('names everything, with %s', async (_, link) => {
  const visitor = await visit(link);
  const { page } = visitor;
  await visitor.settled();
  await unfold(page);
  const lines = await spokenLines(page);
  expect(nameless(lines)).toEqual([]);
  expect(await page.locator('fieldset:not(:has(legend))').count()).toBe(0);
  expect(lines.filter((line) => line.startsWith('radio "')).length).toBeGreaterThan(10);
  expect(lines.filter((line) => line.startsWith('img "')).length).toBeGreaterThan(2);
});

it('is one well-formed document', async () => {
  const visitor = await visit();
  await visitor.settled();
  const facts = await visitor.page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const references = ['aria-describedby', 'aria-labelledby', 'for'].flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)].flatMap((each) =>
        (each.getAttribute(name) ?? '').trim().split(/\s+/),
      ),
    );
    return {
      language: document.documentElement.lang,
      title: document.title,
      mains: document.querySelectorAll('main').length,
      headings: [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => tagName),
      twice: ids.filter((id, index) => ids.indexOf(id) !== index),
      nowhere: references.filter((id) => !document.getElementById(id)),
    };
  });
  expect(facts).toEqual({
    language: 'en',
    title: expect.stringContaining('mlsec'),
    mains: 1,
    headings: ['H1', 'H2', 'H2', 'H2'],
    twice: [],
    nowhere: [],
  });
});

it('reads out a verdict once it has come to rest', async () => {
  const visitor = await visit();
  const said = visitor.page.locator('.headline [role="status"]');
  await expect.poll(() => said.textContent()).toMatch(/^The network now sees a 9/);
  await visitor.page.evaluate(() => {
    const region = document.querySelector('.headline [role="status"]') as Element;
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  for (const value of [0.01, 0.02, 0.03, 0.1, 0.2, 0]) await visitor.slide(value);
  await expect.poll(() => said.textContent()).toMatch(/^With no room/);
  expect(await visitor.page.evaluate(() => (window as unknown as { heard: string[] }).heard.length)).toBe(1);
});

it.each(['light', 'dark'] as const)('has enough contrast, %s', async (colorScheme) => {
  const visitor = await visit('#v=1&attack=pgd&sample=4&o.epsilon=0.1', { colorScheme });
  await visitor.settled();
  await unfold(visitor.page);
  expect(await poorContrast(visitor.page)).toEqual([]);
});

it.each([
  ['a slider', ''],
  ['options instead of a slider', searching],
  ['a drawing pad', '#v=1&drawing='],
  ['an error', '#v=1&attack=pgd&o.steps=0'],
])('fits a phone without scrolling sideways, with %s', async (_, link) => {
  for (const width of [375, 320]) {
    const visitor = await visit(link, { viewport: { width, height: 800 } });
    await visitor.settled();
    await unfold(visitor.page);
    const facts = await visitor.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth > innerWidth,
      outside: [...document.querySelectorAll('main *, header *')]
        .filter((element) => !element.closest('.unseen'))
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.className || element.tagName),
      images: [...document.querySelectorAll('.images mlsec-pixel-image')].map(
        (image) => image.getBoundingClientRect().top,
      ),
    }));
    expect(facts.wide).toBe(false);
    expect(facts.outside).toEqual([]);
    // All three side by side.
    expect(new Set(facts.images).size).toBe(1);
  }
});

it('keeps the images in view on a phone, above the controls', async () => {
  const visitor = await visit('', { viewport: { width: 375, height: 800 } });
  await visitor.settled();
  await visitor.page.locator('#target').scrollIntoViewIfNeeded();
  const box = await visitor.page.locator('.images').boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect(box?.y).toBeLessThan(20);
  const target = await visitor.page.locator('#target').boundingBox();
  expect(target?.y).toBeGreaterThan((box?.y ?? 0) + (box?.height ?? 0));
});

it('shows everything on one screen of a desktop', async () => {
  const visitor = await visit();
  await visitor.settled();
  for (const selector of [
    '.headline',
    '.images',
    '.strength',
    '.bars',
    '.figures',
    '#model',
    '#sample',
    '#attack',
    '#target',
  ]) {
    const box = await visitor.page.locator(selector).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0), selector).toBeLessThanOrEqual(900);
  }
});

it('does not move where less motion is wanted', async () => {
  const still = await visit('', { reducedMotion: 'reduce' });
  const moving = await visit('');
  const duration = async (visitor: typeof still) => {
    await visitor.settled();
    return visitor.page
      .locator('.bar rect')
      .first()
      .evaluate((bar) => getComputedStyle(bar).transitionDuration);
  };
  expect(await duration(still)).toBe('0s');
  expect(await duration(moving)).not.toBe('0s');
});
