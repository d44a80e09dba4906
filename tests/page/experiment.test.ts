import { expect, it } from 'vitest';
import { attempt } from '../attempt.js';
import { useSite, type Visit } from './site.js';

const visit = useSite();

/** A first visit, and after how many milliseconds there was a result. */
async function firstResult(): Promise<{ visitor: Visit; milliseconds: number }> {
  const visitor = await visit('', {
    before: (page) =>
      page.addInitScript(() => {
        const watch = () => {
          const seen = document.querySelector('.adversarial .reading b')?.textContent;
          if (seen === '9') Object.assign(window, { firstResult: performance.now() });
          else requestAnimationFrame(watch);
        };
        watch();
      }),
  });
  const since = () => visitor.page.evaluate(() => (window as { firstResult?: number }).firstResult);
  await expect.poll(since).toBeDefined();
  return { visitor, milliseconds: (await since()) as number };
}

it('shows a digit that changes class, without a click and soon', async () => {
  // Half a second on a quiet machine.
  const limit = 5000;
  const { visitor, milliseconds } = await attempt(firstResult, (first) => first.milliseconds < limit);
  console.log(`The first result was there after ${Math.round(milliseconds)} ms.`);
  expect(milliseconds).toBeLessThan(limit);
  const sight = await visitor.look();
  expect(sight.verdict).toMatch(/^The network now sees a 9 \(.*%\) where it saw a 4 \(.*%\)\.$/);
  expect(sight.before).toBe('4');
  expect(new Set([sight.original, sight.change, sight.adversarial]).size).toBe(3);
  expect(visitor.complaints).toEqual([]);
});

it('shows the probabilities of all ten digits before and after', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=8&attack=pgd&target=any&o.epsilon=0.1');
  await visitor.settled();
  for (const side of ['before', 'after']) {
    const bars = visitor.page.locator(`.bars tbody .${side} rect`);
    const widths = () =>
      bars.evaluateAll((all) => all.map((bar) => Number.parseFloat(bar.getAttribute('width') ?? '')));
    expect(await widths()).toHaveLength(10);
    await expect.poll(async () => (await widths()).reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 3);
  }
});

it('changes nothing at strength 0, and the class as the strength grows', async () => {
  const visitor = await visit('#v=1&sample=2');
  await visitor.slide(0);
  const still = await visitor.look();
  expect(still.adversarial).toBe(still.original);
  expect(still.after).toBe(still.before);
  expect(still.figures).toMatchObject({ L0: '0 of 784', L2: '0', 'L∞': '0' });
  expect(still.verdict).toMatch(/^With no room to change anything, the network sees a 1/);
  await visitor.slide(0.2);
  const moved = await visitor.look();
  expect(moved.after).not.toBe(moved.before);
  expect(moved.original).toBe(still.original);
  expect(Number(moved.figures['L∞'])).toBeLessThanOrEqual(0.2);
  expect(Number(moved.figures['L∞'])).toBeGreaterThan(0.19);
  expect(visitor.complaints).toEqual([]);
});

/** Drags the slider from 0 to 0.4 in eighty moves; tells how many different results were shown on the way. */
function drag({ page }: Visit, pauseMilliseconds: number): Promise<number> {
  return page.evaluate(async (pause) => {
    const slider = document.querySelector('#strength') as HTMLInputElement;
    const distances = new Set<string>();
    for (let step = 1; step <= 80; step++) {
      slider.valueAsNumber = step * 0.005;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, pause));
      distances.add(document.querySelector('.figures > div:nth-child(4) dd')?.textContent ?? '');
    }
    return distances.size;
  }, pauseMilliseconds);
}

it('follows the slider while it moves', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=4&attack=pgd&o.steps=20&o.earlyStop=false&o.epsilon=0');
  await visitor.settled();
  expect(await drag(visitor, 10)).toBeGreaterThan(3);
  expect(await visitor.page.locator('.strength output').textContent()).toBe('0.4');
});

it('ends with the last value of the slider, without working through those before', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=4&attack=pgd&o.steps=400&o.earlyStop=false&o.epsilon=0');
  await visitor.settled();
  const end = async () => {
    await drag(visitor, 25);
    const begin = performance.now();
    const sight = await visitor.look();
    expect(Number(sight.figures['L∞'])).toBeCloseTo(0.4, 3);
    return performance.now() - begin;
  };
  // One attack takes some 0.3 s: eighty of them would take half a minute.
  expect(await attempt(end, (milliseconds) => milliseconds < 6000)).toBeLessThan(6000);
});

it('starts each norm at a strength that suits it', async () => {
  const visitor = await visit('#v=1&sample=4&o.epsilon=0.3');
  await visitor.settled();
  await visitor.page.getByLabel('L2').check();
  const sight = await visitor.look();
  expect(await visitor.page.locator('.strength output').textContent()).toBe('1');
  expect(Number(sight.figures.L2)).toBeLessThanOrEqual(1);
  expect(Number(sight.figures.L2)).toBeGreaterThan(0.5);
});

it('takes the digit aimed at, and says so', async () => {
  const visitor = await visit('#v=1&sample=4&attack=pgd&o.epsilon=0.25');
  const targets = visitor.page.locator('#target');
  await visitor.settled();
  expect(await targets.locator('input[value="4"]').isDisabled()).toBe(true);
  for (const target of ['0', '7']) {
    await targets.locator(`input[value="${target}"]`).check();
    const sight = await visitor.look();
    expect(sight.after).toBe(target);
    expect(sight.verdict).toContain(`The network now sees the ${target} you asked for`);
  }
});

it('says why an attack that cannot aim has no targets', async () => {
  let replaced = 0;
  const visitor = await visit('#v=1&target=3', {
    before: (page) =>
      page.route('**/mlsec-*.js', async (route) => {
        const script = await (await route.fetch()).text();
        const body = script.replaceAll(/(targeted\\?"):true/g, (_, name) => {
          replaced++;
          return `${name}:false`;
        });
        await route.fulfill({ body, contentType: 'text/javascript' });
      }),
  });
  const sight = await visitor.look();
  expect(replaced).toBeGreaterThan(0);
  expect(await visitor.page.locator('#target input[value="5"]').isDisabled()).toBe(true);
  expect(await visitor.page.locator('#target-help').textContent()).toContain('cannot aim');
  expect(sight.verdict).not.toContain('asked for');
});

it('is kind about a network that is wrong by itself', async () => {
  const sight = await (await visit('#v=1&model=mnist-mlp&sample=8')).look();
  expect(sight.verdict).toMatch(
    /^Nothing to do: the network sees a \d \(.*\) where this is a 5, without any attack\.$/,
  );
});

it('offers every attack of the catalogue, with fields for its options', async () => {
  const visitor = await visit();
  await visitor.settled();
  const attacks = await visitor.page
    .locator('#attack option')
    .evaluateAll((all) => all.map((each) => each.getAttribute('value')));
  const { catalog } = await import('mlsec/catalog');
  expect(attacks.sort()).toEqual(
    catalog()
      .attacks.map(({ id }) => id)
      .sort(),
  );
  for (const { id, name, options, paper } of catalog().attacks) {
    await visitor.page.locator('#attack').selectOption(id);
    // What comes of each is looked at in every_attack.test.ts, with less to do.
    await expect.poll(() => visitor.page.locator('.explanation strong').textContent()).toBe(`${name}.`);
    const page = await visitor.page.locator('main').textContent();
    expect(page).toContain(paper.title);
    for (const option of options.filter(({ type, name }) => !['array', 'list'].includes(type) && name !== 'epsilon')) {
      expect(page).toContain(option.summary);
      expect(await visitor.page.locator(`[id="option-${option.name}"]`).count()).toBe(1);
    }
    expect(await visitor.page.locator('#strength').count()).toBe(
      options.some(({ name }) => name === 'epsilon') ? 1 : 0,
    );
  }
  expect(visitor.complaints).toEqual([]);
});

it('keeps a choice that means the same to the next attack', async () => {
  const visitor = await visit('#v=1&attack=fgsm&o.epsilon=0.125&o.seed=7');
  await visitor.settled();
  await visitor.page.locator('#attack').selectOption('pgd');
  await visitor.settled();
  expect(await visitor.page.locator('.strength output').textContent()).toBe('0.125');
  expect(await visitor.page.locator('#option-seed').inputValue()).toBe('7');
});

it('shows another ten digits', async () => {
  const visitor = await visit('#v=1&sample=4');
  const first = await visitor.look();
  await visitor.page.getByRole('button', { name: 'Another ten' }).click();
  const next = await visitor.look();
  expect(next.original).not.toBe(first.original);
  expect(await visitor.page.locator('#sample input:checked').getAttribute('aria-label')).toMatch(/^Sample 15, a \d$/);
});
