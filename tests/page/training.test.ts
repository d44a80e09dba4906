import { readFile } from 'node:fs/promises';
import { close, load, samples } from 'mlsec';
import { afterAll, expect, it } from 'vitest';
import { attempt } from '../attempt.js';
import { useSite, type Visit } from './site.js';

const visit = useSite();
afterAll(() => close());

const quick = '#v=1&screen=train&data=mnist&architecture=mlp&o.epochs=4';
const endless = '#v=1&screen=train&data=mnist&architecture=mlp&o.epochs=2000';

/** Opens a training, and begins it. */
async function begin(link: string): Promise<Visit> {
  const visitor = await visit(link);
  await visitor.page.getByRole('button', { name: 'Train', exact: true }).click();
  return visitor;
}

/** The sentence a training ends with. */
async function result(visitor: Visit): Promise<string> {
  await visitor.settled(40_000);
  return ((await visitor.page.locator('.verdict').textContent()) ?? '').replaceAll('\u00a0', ' ').trim();
}

/** Goes to the playground with the network. */
async function attack(visitor: Visit): Promise<void> {
  await visitor.page.getByRole('button', { name: 'Attack what you just trained' }).click();
  await visitor.page.locator('#model').waitFor();
  await visitor.settled();
}

/** Waits for the end of the first epochs. */
async function learned({ page }: Visit, epochs: number): Promise<void> {
  const figure = () => page.locator('.figures dd').first().textContent();
  await expect.poll(async () => Number.parseInt((await figure()) ?? '', 10)).toBeGreaterThanOrEqual(epochs);
}

/** A visit while a network is trained, and what was to be seen meanwhile. */
async function watchTraining() {
  const visitor = await visit('#v=1&screen=train&data=mnist&architecture=strided&o.epochs=5');
  const { page } = visitor;
  await page.locator('.training').waitFor();
  await page.evaluate(() => {
    const seen = { lines: new Set<string>(), shares: new Set<number>(), verdicts: new Set<string>(), longest: 0 };
    Object.assign(window, { seen });
    let last = performance.now();
    const watch = () => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - last);
      last = now;
      seen.lines.add(document.querySelector('.plot path.learning')?.getAttribute('d') ?? '');
      seen.shares.add(document.querySelector('progress')?.value ?? 0);
      seen.verdicts.add(document.querySelector('.verdict')?.textContent ?? '');
      requestAnimationFrame(watch);
    };
    watch();
  });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  expect(await page.locator('.stage').getAttribute('aria-busy')).toBe('true');
  expect(await page.locator('#data input').first().isDisabled()).toBe(true);
  expect(await result(visitor)).toMatch(/^The network gets \d+ % of new images right, and \S+ % under attack\.$/);
  const seen = await page.evaluate(() => {
    const { lines, shares, verdicts, longest } = (window as unknown as { seen: Record<string, Set<unknown>> }).seen;
    return { lines: lines?.size, shares: shares?.size, verdicts: verdicts?.size, longest: Number(longest) };
  });
  return { visitor, seen };
}

it('goes to its end, and what is shown moves on the way', async () => {
  const { visitor, seen } = await attempt(watchTraining, (watched) => watched.seen.longest < 1000);
  const { page } = visitor;
  expect(seen.lines).toBeGreaterThan(10);
  expect(seen.shares).toBeGreaterThan(10);
  expect(seen.verdicts).toBeGreaterThan(4);
  // The work is done elsewhere: a busy machine stops the page only for moments.
  expect(seen.longest).toBeLessThan(1000);
  expect(await page.locator('.plot circle.new').count()).toBe(10);
  expect(await page.locator('.plot .mark.attacked').count()).toBe(5);
  await page.locator('summary', { hasText: 'Every epoch' }).click();
  await page.locator('.epochs tbody tr').nth(4).waitFor();
  const rows = await page
    .locator('.epochs tbody tr')
    .evaluateAll((all) =>
      all.map((row) => [...row.children].map(({ textContent }) => Number.parseFloat(textContent ?? ''))),
    );
  expect(rows.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4, 5]);
  // A guess gets one of ten right.
  expect(rows.at(-1)?.[4]).toBeGreaterThan(70);
  expect(rows.at(-1)?.[1]).toBeLessThan(rows[0]?.[1] as number);
  expect(visitor.complaints).toEqual([]);
});

it('gives everyone the same network for the same settings', async () => {
  const visitors = [await begin(quick), await visit(quick)] as const;
  await visitors[1].page.locator('summary').first().click();
  await visitors[1].page.locator('#option-workers').fill('3');
  await visitors[1].page.locator('#option-workers').press('Tab');
  expect(visitors[1].page.url()).not.toContain('workers');
  await visitors[1].page.getByRole('button', { name: 'Train', exact: true }).click();
  const files = await Promise.all(visitors.map((visitor) => result(visitor).then(() => saved(visitor))));
  expect(files[0]?.equals(files[1] as Buffer)).toBe(true);
});

async function saved({ page }: Visit): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as ONNX' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('mnist-mlp-trained-1.onnx');
  return readFile(await download.path());
}

it('saves a file that loads, and is as good as it was said to be', async () => {
  const visitor = await begin(quick);
  const share = Number(/gets (\d+) %/.exec(await result(visitor))?.[1]);
  const model = await load(await saved(visitor));
  const digits = await samples('mnist');
  const { labels } = await model.predict(digits);
  const right = labels.filter((label, index) => label === digits.labels[index]).length;
  // Of the images it has learned from it knows more.
  expect(right / 10).toBeGreaterThan(share - 5);
  model.dispose();
});

it('stops when asked to, keeps the network, and goes on with it', async () => {
  const visitor = await begin(endless);
  const { page } = visitor;
  await learned(visitor, 2);
  await page.getByRole('button', { name: 'Stop and keep' }).click();
  expect(await result(visitor)).toMatch(/^After \d+ epochs, the network gets \d+ % of new images right/);
  const epochs = async () => Number.parseInt((await page.locator('.figures dd').first().textContent()) ?? '', 10);
  const before = await epochs();
  await page.getByRole('button', { name: /^\s*Go on for [\d,]+ more epochs/ }).click();
  await learned(visitor, before + 2);
  await page.getByRole('button', { name: 'Stop and keep' }).click();
  await visitor.settled();
  expect(await epochs()).toBeGreaterThanOrEqual(before + 2);
  expect(await page.getByRole('button', { name: 'Attack what you just trained' }).isEnabled()).toBe(true);
  expect(visitor.complaints).toEqual([]);
});

it('goes on for as many epochs as the form says, where it has come to its end', async () => {
  const visitor = await begin(quick);
  await result(visitor);
  await visitor.page.locator('#option-epochs').fill('3');
  await visitor.page.locator('#option-epochs').press('Tab');
  await visitor.page.getByRole('button', { name: 'Go on for 3 more epochs' }).click();
  await learned(visitor, 7);
  await visitor.settled();
  expect(await visitor.page.locator('.figures dd').first().textContent()).toBe('7 of 7');
  // It is still the same network, not another one.
  await attack(visitor);
  expect(await visitor.page.locator('#model input[value^="trained"]').count()).toBe(1);
});

it('drops what is cancelled, and shows again what was there before', async () => {
  const visitor = await begin(quick);
  const { page } = visitor;
  const first = await result(visitor);
  await page.locator('#option-epochs').fill('2000');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await learned(visitor, 1);
  const asked = performance.now();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await result(visitor)).toBe(first);
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(await page.locator('.notice').textContent()).toContain('nothing of that training was kept');
  await attack(visitor);
  expect(await page.locator('#model input[value^="trained"]').count()).toBe(1);
  expect(visitor.complaints).toEqual([]);
});

it('lets the network be attacked, and never puts it into a link', async () => {
  const visitor = await begin(`${quick}&o.seed=5`);
  const { page } = visitor;
  await result(visitor);
  await attack(visitor);
  // It begins with an image that the network gets right.
  expect((await visitor.look()).verdict).toMatch(/^The network/);
  expect(await page.locator('#model input:checked').getAttribute('value')).toBe('trained-1');
  await visitor.slide(0.3);
  const attacked = await visitor.look();
  expect(attacked.after).not.toBe(attacked.before);
  await page.waitForTimeout(700);
  expect(new URL(page.url()).hash).toBe('#v=1&screen=train&data=mnist&architecture=mlp&o.epochs=4&o.seed=5');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect.poll(() => page.locator('.notice').textContent()).toMatch(/lives in this page alone|address bar/);

  // There and back: both screens are as they were left.
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'Save as ONNX' }).waitFor();
  await page.goBack();
  await expect.poll(() => page.locator('#model input:checked').getAttribute('value')).toBe('trained-1');
  expect((await visitor.look()).adversarial).toBe(attacked.adversarial);

  await page.reload();
  await page.locator('.training').waitFor();
  expect(await page.locator('#option-epochs').inputValue()).toBe('4');
  await page.getByRole('link', { name: 'Attack', exact: true }).click();
  expect((await visitor.look()).before).toBe('4');
  expect(await page.locator('#model input[value^="trained"]').count()).toBe(0);
  expect(visitor.complaints).toEqual([]);
});

it('goes on while an image is attacked, and says how far it is', async () => {
  const visitor = await begin(endless);
  const { page } = visitor;
  await learned(visitor, 1);
  await page.getByRole('link', { name: /^Train/ }).waitFor();
  await page.getByRole('link', { name: 'Attack', exact: true }).click();
  expect((await visitor.look()).after).toBe('9');
  await expect.poll(() => page.getByRole('link', { name: /^Train/ }).textContent()).toMatch(/\d+ %/);
  await page.getByRole('link', { name: /^Train/ }).click();
  const done = Number.parseInt((await page.locator('.figures dd').first().textContent()) ?? '', 10);
  await learned(visitor, done + 1);
  // A link does not end it.
  await page.evaluate(() => {
    location.hash = '#v=1&screen=train&data=fashion';
  });
  await expect.poll(() => page.locator('.notice').textContent()).toContain('under way');
  expect(await page.locator('.stage').getAttribute('aria-busy')).toBe('true');
});

it('learns from attacked images, and withstands more for it', async () => {
  const link = '#v=1&screen=train&data=mnist&architecture=strided&o.epochs=6';
  const shares: number[] = [];
  for (const teacher of ['', '&adversarial=pgd']) {
    const [, share] = /and (\d+) % under attack/.exec(await result(await begin(link + teacher))) ?? [];
    shares.push(Number(share));
  }
  expect(shares[1]).toBeGreaterThan((shares[0] as number) + 10);
});

it('says in words that training diverges, and keeps the network from before', async () => {
  const visitor = await begin(
    '#v=1&screen=train&architecture=mlp&o.optimizer=sgd&o.weightDecay=100&o.learningRate=0.05',
  );
  const { page } = visitor;
  const alert = page.getByRole('alert');
  await expect
    .poll(() => alert.textContent(), { timeout: 20_000 })
    .toMatch(/no longer finite\. A smaller learning rate, warm up or clip norm may help\./);
  expect(await page.locator('.stage').getAttribute('aria-busy')).toBe('false');
  await page.getByRole('button', { name: 'Keep it as it was after its last epoch' }).click();
  await expect.poll(() => alert.textContent()).toBe('');
  expect(await result(visitor)).toMatch(/^After \d+ epochs?, the network gets/);
  await attack(visitor);
  expect((await visitor.look()).verdict).toMatch(/^The network|^Nothing to do/);
  expect(visitor.complaints).toEqual([]);
});

it('says in words what is wrong with an option, at the option', async () => {
  const visitor = await begin('#v=1&screen=train&architecture=mlp&o.epochs=2&o.shift=5000');
  const { page } = visitor;
  await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/^Shift.*\./);
  const shift = page.locator('#option-shift');
  expect(await shift.getAttribute('aria-invalid')).toBe('true');
  await shift.fill('1');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  expect(await result(visitor)).toMatch(/^The network gets/);
});

it('opens with what a link says, and says what it does not know', async () => {
  const visitor = await visit(
    '#v=1&screen=train&data=fashion&architecture=strided&adversarial=fgsm&o.epsilon=0.2&o.batchSize=32&o.extra=1&data2=x',
  );
  const { page } = visitor;
  await page.locator('.training').waitFor();
  const chosen = (id: string) => page.locator(`#${id} input:checked`).getAttribute('value');
  expect(await Promise.all(['data', 'architecture'].map(chosen))).toEqual(['fashion', 'strided']);
  expect(await page.locator('#adversarial').inputValue()).toBe('fgsm');
  expect(await page.locator('#option-epsilon').inputValue()).toBe('0.2');
  expect(await page.locator('#option-steps').count()).toBe(0);
  const notice = await page.locator('.notice').textContent();
  for (const name of ['extra', 'data2']) expect(notice).toContain(name);
  await page.locator('#architecture input[value="cnn"]').check();
  expect(new URL(page.url()).hash).toBe(
    '#v=1&screen=train&data=fashion&architecture=cnn&adversarial=fgsm&o.epsilon=0.2&o.batchSize=32',
  );
});

it('says that it could not be fetched, and tries again', async () => {
  const visitor = await visit('#v=1&screen=train', {
    before: (page) => page.route('**/training_screen-*.js', (route) => route.abort()),
  });
  const { page } = visitor;
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('could not be fetched');
  await page.unroute('**/training_screen-*.js');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.training').waitFor();
});
