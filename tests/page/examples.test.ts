// The page of examples: each framework runs, passes its values on and hears the events.
import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();

it.each(['plain', 'react', 'vue', 'svelte'])('runs in %s', async (id) => {
  const visitor = await visit('examples.html');
  const { page } = visitor;
  const section = page.locator(`#${id}`);
  const seen = () => section.locator('output:not(mlsec-playground *)').last().textContent();
  await section.locator('mlsec-playground').scrollIntoViewIfNeeded();
  await expect.poll(seen, { timeout: 30_000 }).toMatch(/\w/);
  expect(await section.locator('pre').textContent()).toContain('mlsec-playground');
  const epsilon = () =>
    section.locator('mlsec-playground').evaluate((each) => (each as unknown as { epsilon: number }).epsilon);
  expect(await epsilon()).toBe(0.1);
  if (id !== 'plain') {
    await section.getByRole('button', { name: 'Stronger' }).click();
    await expect.poll(epsilon).toBeCloseTo(0.15);
  }
  expect(visitor.complaints).toEqual([]);
});
