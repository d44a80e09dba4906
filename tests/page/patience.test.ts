import { expect, it } from 'vitest';
import { attempt } from '../attempt.js';
import { useSite } from './site.js';

const visit = useSite();

/** Minutes of work. */
const endless =
  '#v=1&model=mnist-cnn&sample=4&attack=carlini-wagner&o.steps=100000&o.searchSteps=30&o.abortEarly=false';

it('can be cancelled, does not freeze, and works again', async () => {
  const visitor = await visit(endless);
  const { page } = visitor;
  const button = page.locator('.progress button');
  await expect.poll(() => button.textContent()).toContain('Cancel');
  expect(await page.locator('.stage').getAttribute('aria-busy')).toBe('true');
  const longestFrame = () =>
    page.evaluate(async () => {
      let longest = 0;
      let last = performance.now();
      for (const end = last + 1500; last < end; ) {
        await new Promise(requestAnimationFrame);
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
      return longest;
    });
  // An attack in the page's own thread would stop it for minutes; a busy machine only for moments.
  expect(await attempt(longestFrame, (milliseconds) => milliseconds < 1000)).toBeLessThan(1000);
  const cancel = async () => {
    const begin = performance.now();
    await button.click();
    await expect.poll(() => page.locator('.verdict').textContent(), { interval: 10 }).toContain('Cancelled');
    const needed = performance.now() - begin;
    expect(await page.locator('.stage').getAttribute('aria-busy')).toBe('false');
    await expect.poll(() => button.textContent()).toContain('Run again');
    await button.click();
    await expect.poll(() => button.textContent()).toContain('Cancel');
    return needed;
  };
  expect(await attempt(cancel, (milliseconds) => milliseconds < 5000)).toBeLessThan(5000);
  // A change does not wait for the end of what is under way.
  await page.locator('#attack').selectOption('fgsm');
  await expect.poll(async () => (await visitor.look()).verdict, { timeout: 5000 }).toMatch(/^The network/);
  expect(await button.count()).toBe(0);
  expect(visitor.complaints).toEqual([]);
});

it('does not show an older result as that of another image', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=4&attack=fgsm');
  await visitor.settled();
  await visitor.page.evaluate((hash) => {
    location.hash = hash.replace('sample=4', 'sample=0');
  }, endless);
  await visitor.page.locator('.progress button').waitFor();
  expect(await visitor.page.locator('.original .reading b').textContent()).toBe('7');
  expect(await visitor.page.locator('.adversarial .reading b').textContent()).toBe('–');
  await visitor.page.locator('.progress button').click();
});

it('says in words what is wrong with an option, at the option, and goes on when it is mended', async () => {
  const visitor = await visit('#v=1&attack=pgd&sample=4&o.epsilon=0.1');
  const { page } = visitor;
  await visitor.settled();
  const steps = page.locator('#option-steps');
  for (const [wrong, words] of [
    ['0', 'Steps must be between 1 and 100000, not 0.'],
    ['2.5', 'Steps must be a whole number, not 2.5.'],
  ] as const) {
    await steps.fill(wrong);
    await steps.press('Enter');
    await expect.poll(() => page.getByRole('alert').textContent()).toBe(words);
    expect(await steps.getAttribute('aria-invalid')).toBe('true');
    const described = (await steps.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const help = await Promise.all(described.filter(Boolean).map((id) => page.locator(`#${id}`).textContent()));
    expect(help).toContain(words);
  }
  await steps.fill('');
  await steps.press('Enter');
  expect((await visitor.look()).verdict).toMatch(/^The network now sees/);
  expect(await steps.inputValue()).toBe('40');
  expect(await page.getByRole('alert').textContent()).toBe('');
  expect(visitor.complaints).toEqual([]);
});

it('says in words that a model cannot be had, and tries again', async () => {
  const visitor = await visit('', { before: (page) => page.route('**/*.onnx', (route) => route.abort()) });
  const alert = visitor.page.getByRole('alert');
  await expect.poll(() => alert.textContent()).not.toBe('');
  expect(await alert.textContent()).toMatch(/^[A-Z].*\.$/);
  await visitor.page.unroute('**/*.onnx');
  await visitor.page.getByRole('button', { name: 'Run again' }).click();
  expect((await visitor.look()).after).toBe('9');
});

it('goes on without a network once it has been loaded', async () => {
  const visitor = await visit();
  await visitor.settled();
  await visitor.page.waitForLoadState('networkidle');
  await visitor.page.context().setOffline(true);
  await visitor.page.getByLabel('mnist-cnn', { exact: true }).check();
  await visitor.page.locator('#attack').selectOption('pgd');
  await visitor.slide(0.3);
  expect((await visitor.look()).verdict).toMatch(/^The network now sees/);
  expect(visitor.complaints).toEqual([]);
});
