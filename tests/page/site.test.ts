// The page around its screens: the menu, and addresses that lead to each.
import { expect, it, vi } from 'vitest';
import { screens } from '../../demo/src/screens.js';
import { axeViolations, nameless, spokenLines } from './looks.js';
import { useSite } from './site.js';

// Every screen is opened several times; on a busy machine, all of it takes its time.
vi.setConfig({ testTimeout: 240_000 });

const visit = useSite();
const ids = screens.map(({ id }) => id);

it('lists its screens in the menu, and each opens from an address of its own', async () => {
  const { page, complaints } = await visit();
  const menu = page.getByRole('navigation', { name: 'Screens' });
  expect(await menu.getByRole('link').allTextContents()).toEqual(screens.map(({ name }) => name));
  for (const { id, name, title } of screens) {
    await page.goto('about:blank');
    const link = id === 'attack' ? '' : `#v=1&screen=${id}`;
    const visitor = await visit(link);
    await expect.poll(() => visitor.page.locator('h1').textContent()).toBe(title);
    await visitor.page.locator('.stage').first().waitFor();
    expect(await visitor.page.locator('nav [aria-current="page"]').textContent()).toBe(name);
    expect(await visitor.page.locator('.notice').count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
    await visitor.page.context().close();
  }
  expect(complaints).toEqual([]);
});

it('goes from screen to screen with the keyboard, and back through the history', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.settled();
  for (const { name, title } of screens.slice(1)) {
    await visitor.tabTo(name);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('h1').textContent()).toBe(title);
    // Whoever went there stays in the menu, to go on from it.
    expect(await visitor.focused()).toBe(name);
    await page.locator('.stage').first().waitFor();
    await page.keyboard.press('Shift+Tab');
  }
  for (const { title } of [...screens].reverse().slice(1)) {
    await page.goBack();
    await expect.poll(() => page.locator('h1').textContent()).toBe(title);
  }
  expect(visitor.complaints).toEqual([]);
});

it.each(ids.slice(1))('says that the screen %s could not be fetched, and tries again', async (id) => {
  const visitor = await visit('', {
    before: (page) => page.route(/_screen-[^/]*\.js$/, (route) => route.abort()),
  });
  const { page } = visitor;
  await visitor.settled();
  await page.locator(`nav a[href*="screen=${id}"]`).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('could not be fetched');
  await page.unroute(/_screen-[^/]*\.js$/);
  // The page may have tried by itself meanwhile.
  await page
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 3000 })
    .catch(() => {});
  await page.locator('.stage').first().waitFor();
});

it('opens every screen without a network, once the first has come to rest', async () => {
  const visitor = await visit();
  await visitor.settled();
  await visitor.page.waitForLoadState('networkidle');
  await visitor.page.waitForTimeout(1500);
  await visitor.page.context().setOffline(true);
  for (const { name, title } of screens.slice(1)) {
    await visitor.page.getByRole('link', { name, exact: true }).click();
    await expect.poll(() => visitor.page.locator('h1').textContent()).toBe(title);
    await visitor.page.locator('.stage').first().waitFor();
  }
});

it('fits any width, with the whole menu to be seen', async () => {
  for (const width of [320, 360, 600, 800, 1000, 1100, 1920]) {
    const visitor = await visit(`#v=1&screen=${ids.at(-1)}`, { viewport: { width, height: 800 } });
    await visitor.page.locator('.stage').first().waitFor();
    const facts = await visitor.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth > innerWidth,
      outside: [...document.querySelectorAll('header *')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.outerHTML),
      tall: document.querySelector('header')?.getBoundingClientRect().height,
    }));
    expect(facts, String(width)).toMatchObject({ wide: false, outside: [] });
    expect(facts.tall, String(width)).toBeLessThan(width <= 600 ? 165 : 110);
    await visitor.page.context().close();
  }
});

it.each(ids)('has nothing that axe finds fault with: %s', async (id) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const visitor = await visit(id === 'attack' ? '' : `#v=1&screen=${id}`, { colorScheme });
    await visitor.page.locator('.stage').first().waitFor();
    const busy = () => visitor.page.locator('.stage').first().getAttribute('aria-busy');
    await expect.poll(busy, { timeout: 60_000 }).not.toBe('true');
    expect(await axeViolations(visitor.page)).toEqual([]);
    expect(nameless(await spokenLines(visitor.page))).toEqual([]);
  }
});
