// The lessons: each can be reached, and its pieces show what its words say.
import { expect, it } from 'vitest';
import { lessons } from '../../demo/src/learn/lessons.js';
import { axeViolations } from './looks.js';
import { useSite } from './site.js';

const visit = useSite();

it('leads from lesson to lesson, by the list, the buttons and links', async () => {
  const { page, complaints } = await visit('#v=1&screen=learn');
  const heading = page.locator('#lesson');
  await expect.poll(() => heading.textContent()).toBe(lessons[0]?.title);
  for (const { title } of lessons.slice(1)) {
    await page.getByRole('button', { name: `Next: ${title}` }).click();
    await expect.poll(() => heading.textContent()).toBe(title);
  }
  expect(await page.getByRole('button', { name: 'Next' }).count()).toBe(0);
  await page.getByRole('navigation', { name: 'Lessons' }).getByRole('link', { name: lessons[2]?.title }).click();
  await expect.poll(() => heading.textContent()).toBe(lessons[2]?.title);
  await expect.poll(() => page.evaluate(() => location.hash)).toBe('#v=1&screen=learn&lesson=3');
  await page.getByText('Show the answer').click();
  expect(await page.getByText(lessons[2]?.answer as string).isVisible()).toBe(true);
  expect(complaints).toEqual([]);

  const wrong = await visit('#v=1&screen=learn&lesson=9');
  await expect.poll(() => wrong.page.locator('.notice').textContent()).toContain('lesson');
});

it.each(lessons.map(({ title }, index) => [index + 1, title] as const))(
  'shows in lesson %i, %s, networks that are fooled, and one that is not',
  async (number) => {
    const { page, complaints } = await visit(`#v=1&screen=learn&lesson=${number}`);
    const pieces = page.locator('mlsec-playground');
    const expected = lessons[number - 1]?.pieces ?? [];
    await expect.poll(() => pieces.count()).toBe(expected.length);
    for (const [index, { attributes }] of expected.entries()) {
      const piece = pieces.nth(index);
      await piece.scrollIntoViewIfNeeded();
      const verdict = piece.locator('.verdict');
      const fooled = !String(attributes.model).endsWith('robust');
      await expect.poll(() => verdict.textContent(), { timeout: 90_000 }).toMatch(fooled ? /now sees/ : /still sees/);
    }
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  },
  200_000,
);

it('fits a phone', async () => {
  const { page } = await visit('#v=1&screen=learn&lesson=1', { viewport: { width: 360, height: 800 } });
  await page.locator('mlsec-playground').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
