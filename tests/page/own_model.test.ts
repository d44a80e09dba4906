// A model of the visitor's own: chosen or dropped, attacked, asked how it takes images, or refused in words.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import { close, load } from 'mlsec';
import { afterAll, describe, expect, it } from 'vitest';
import { attempt } from '../attempt.js';
import {
  anySize,
  colourNetwork,
  colours,
  height,
  ofNumbers,
  untrained,
  width,
  withUnknownOperation,
} from './own_networks.js';
import { useSite, type Visit } from './site.js';
import { longestTask } from './tasks.js';

const visit = useSite();
const models = path.resolve(import.meta.dirname, '../../web/models');
afterAll(close);

const file = (name: string, content: Uint8Array | string, mimeType = 'application/octet-stream') => ({
  name,
  mimeType,
  buffer: Buffer.from(content),
});

/** Gives the page files, and waits until it has taken them up. */
async function give({ page }: Visit, ...files: ReturnType<typeof file>[]): Promise<void> {
  await page.locator('#own-model').setInputFiles(files);
}

async function given(visitor: Visit, ...files: ReturnType<typeof file>[]): Promise<void> {
  await give(visitor, ...files);
  await visitor.page.locator('.notice').getByText('Your network is loaded. Nothing leaves this machine.').waitFor();
  await visitor.settled();
}

const chosen = ({ page }: Visit) => page.locator('#model input:checked').getAttribute('value');

/** The pixels of what stands at a place, red, green, blue and alpha each. */
function pixelsAt({ page }: Visit, selector: string): Promise<{ width: number; height: number; data: number[] }> {
  return page.locator(`${selector} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy?.drawImage(canvas, 0, 0);
    const data = copy?.getImageData(0, 0, width, height).data ?? [];
    return { width, height, data: [...data] };
  });
}

/** A picture in which each place has a colour of its own. */
function picture(across: number, down: number): Uint8Array {
  const data = new Uint8Array(across * down * 3);
  for (let at = 0; at < across * down; at++) {
    data.set([(5 * at) % 256, 255 - ((3 * at) % 256), 40 + (at % across)], 3 * at);
  }
  return encode({ width: across, height: down, data, channels: 3, depth: 8 });
}

async function givePicture({ page }: Visit, content: Uint8Array): Promise<void> {
  await page.getByLabel('Your picture').check();
  await page.locator('#own-picture').setInputFiles(file('mine.png', content, 'image/png'));
}

describe('of the size of the samples', () => {
  it('is chosen, attacked, and leaves no trace in the link', async () => {
    const visitor = await visit();
    await visitor.settled();
    const shipped = await visitor.look();
    await given(visitor, file('my digits.onnx', await readFile(`${models}/mnist-mlp.onnx`)));
    await visitor.page.getByText('Your file my digits.onnx: images of 28 × 28 pixels, grey; 10 classes').waitFor();
    expect(await chosen(visitor)).toBe('my digits');
    // The same network as the first that ships.
    expect((await visitor.look()).figures).toEqual({ ...shipped.figures, Time: expect.any(String) });
    expect(visitor.page.url()).not.toContain('digits');
    expect(visitor.complaints).toEqual([]);
  });

  it('is dropped', async () => {
    const visitor = await visit();
    await visitor.settled();
    const bytes = [...(await readFile(`${models}/mnist-cnn.onnx`))];
    const transfer = await visitor.page.evaluateHandle((content) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content)], 'dropped.onnx'));
      return data;
    }, bytes);
    await visitor.page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
    await visitor.page.getByText('Your file dropped.onnx').waitFor();
    await visitor.settled();
    expect(visitor.complaints).toEqual([]);
  });

  it('is not taken for one that ships and is called the same', async () => {
    const visitor = await visit();
    await visitor.settled();
    const shipped = await visitor.look();
    await given(visitor, file('mnist-mlp.onnx', await readFile(`${models}/mnist-cnn.onnx`)));
    expect(await chosen(visitor)).toBe('mnist-mlp (yours)');
    expect((await visitor.look()).figures).not.toEqual({ ...shipped.figures, Time: expect.any(String) });
    await visitor.page.locator('#model input[value="mnist-mlp"]').check();
    expect((await visitor.look()).figures).toEqual({ ...shipped.figures, Time: expect.any(String) });
  });
});

it.each([
  [784, 28, 10],
  [64, 8, 3],
  [768, 16, 3],
])('of a list of %i numbers takes a square of %i pixels a side', async (count, side, images) => {
  const visitor = await visit();
  await visitor.settled();
  await given(visitor, file('list.onnx', await ofNumbers(count)));
  expect((await visitor.look()).verdict).toMatch(/^The network (now|still) sees an? [abcd] /);
  const original = await pixelsAt(visitor, '.original');
  expect([original.width, original.height]).toEqual([side, side]);
  expect(await visitor.page.locator('#sample label').count()).toBe(images);
  expect(visitor.complaints).toEqual([]);
});

describe('of another size, in colour', () => {
  it('is attacked at once, on a picture that the page has drawn', async () => {
    const visitor = await visit();
    await visitor.settled();
    const bytes = await (await colourNetwork()).save('onnx');
    await given(visitor, file('colours.onnx', bytes));
    const { page } = visitor;
    await page.getByText('Nothing leaves this machine.', { exact: true }).waitFor();
    await visitor.slide(0.3);
    expect((await visitor.look()).verdict).toMatch(/^The network now sees a class \d .* where it saw a class \d/);
    const [original, change, adversarial] = await Promise.all(
      ['.original', '.change', '.adversarial'].map((part) => pixelsAt(visitor, part)),
    );
    for (const image of [original, change, adversarial]) expect([image?.width, image?.height]).toEqual([width, height]);
    // Colours, not shades of grey.
    const spread = (image = original) =>
      Math.max(
        ...(image?.data ?? []).map((value, at, all) => (at % 4 === 0 ? Math.abs(value - (all[at + 2] ?? 0)) : 0)),
      );
    expect(spread(original)).toBeGreaterThan(50);
    expect(spread(change)).toBeGreaterThan(50);
    // Of a limit of 0.3 each value moves by 0.3 of 255, or less where it meets an end.
    const moves = (adversarial?.data ?? []).map((value, at) => Math.abs(value - (original?.data[at] ?? 0)));
    expect(Math.max(...moves)).toBeGreaterThanOrEqual(76);
    expect(Math.max(...moves)).toBeLessThanOrEqual(77);
    expect((await visitor.look()).figures.L0).toMatch(/of 576$/);
    expect(visitor.page.url()).not.toContain('colours');
    await page.locator('#sample label').nth(2).click();
    await visitor.settled();
    expect(await pixelsAt(visitor, '.original')).not.toEqual(original);
    await page.locator('#model input[value="mnist-mlp"]').check();
    expect((await visitor.look()).verdict).toMatch(/^The network (now|still) sees|^Nothing/);
    expect(visitor.complaints).toEqual([]);
  });

  it('gets a picture of its size as it is, says what the package says of it, and saves what it made', async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.settled();
    const network = await colourNetwork({ named: true });
    const bytes = await network.save('onnx');
    await given(visitor, file('colours.onnx', bytes));
    const mine = picture(width, height);
    await givePicture(visitor, mine);
    await page.getByText('mine.png, 16 × 12 pixels: made 16 × 12 pixels.').waitFor();
    await visitor.settled();
    const { data } = decode(mine);
    const shown = await pixelsAt(visitor, '.original');
    expect(shown.data.filter((_, at) => at % 4 < 3)).toEqual([...data]);
    const model = await load(bytes, { deterministic: true });
    const inputs = { data: Uint8Array.from(data), shape: [1, height, width, 3], layout: 'hwc' } as const;
    const { labels } = await model.predict(inputs, { deterministic: true });
    expect((await visitor.look()).before).toBe(colours[labels[0] as number]);

    await visitor.slide(0.1);
    await visitor.settled();
    await page.locator('.keep summary').click();
    const saved = async (button: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      return readFile(await download.path());
    };
    const run = JSON.parse(String(await saved('This run, JSON')));
    expect(run.shape).toEqual([1, 3, height, width]);
    const { labels: after } = await model.predict({ data: Float32Array.from(run.adversarial), shape: run.shape });
    expect(run.after.label).toBe(after[0]);
    const png = decode(await saved('Image, PNG'));
    const place = (at: number) => ((at % 3) * height * width + Math.floor(at / 3)) as number;
    const rounded = Array.from({ length: data.length }, (_, at) => Math.round(255 * run.adversarial[place(at)]));
    expect([...png.data].filter((_, at) => png.channels === 3 || at % 4 < 3)).toEqual(rounded);
    // The picture is not what stays in the address, as it is none of a network that ships.
    await page.waitForTimeout(700);
    expect(page.url()).not.toMatch(/picture=[^&]/);
    expect(visitor.complaints).toEqual([]);
  });

  it('cuts a picture to its proportions, or puts it in a border', async () => {
    const visitor = await visit();
    await visitor.settled();
    await given(visitor, file('colours.onnx', await (await colourNetwork()).save('onnx')));
    const red = new Uint8Array(60 * 60 * 3).map((_, at) => (at % 3 === 0 ? 220 : 20));
    await givePicture(visitor, encode({ width: 60, height: 60, data: red, channels: 3, depth: 8 }));
    await visitor.page.getByText("60 × 60 pixels: cut to the shape of the network's images, made 16 × 12").waitFor();
    await visitor.page.getByLabel('All of it').check();
    await visitor.page.getByText('with a border to make it fit').waitFor();
    await visitor.settled();
    const { data } = await pixelsAt(visitor, '.original');
    expect(new Set(data.filter((_, at) => at % 4 === 0))).toEqual(new Set([220]));
    // What a network of digits gets of the same picture is grey, and of another size.
    await visitor.page.locator('#model input[value="mnist-mlp"]').check();
    await visitor.page.getByText('made 28 × 28 pixels and grey').waitFor();
    await visitor.settled();
    expect((await pixelsAt(visitor, '.original')).width).toBe(28);
    expect(visitor.complaints).toEqual([]);
  });

  it('comes as a model.json with its weights, in any order', async () => {
    const visitor = await visit();
    await visitor.settled();
    const { json, weights } = await (await colourNetwork({ named: true })).save('tfjs');
    await give(visitor, file('model.json', json));
    await visitor.page.locator('.notice').getByText('choose or drop all of them at once').waitFor();
    await give(visitor, file('weights.bin', weights));
    await visitor.page.locator('.notice').getByText('It holds weights alone').waitFor();
    await given(visitor, file('weights.bin', weights), file('model.json', json));
    expect(await chosen(visitor)).toBe('model');
    expect((await visitor.look()).verdict).toMatch(/^The network/);
    expect(visitor.complaints).toEqual([]);
  });
});

describe('is asked how it takes images', () => {
  const open = ({ page }: Visit) => page.locator('.own-model summary').click();

  it('and read again with what is said', async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.settled();
    await given(visitor, file('colours.onnx', await (await colourNetwork()).save('onnx')));
    await open(visitor);
    await page.getByText('those in the file: 3, 12, 16').waitFor();
    const before = await visitor.look();
    // The same numbers to the network: 0 to 255, of which mean 0 and deviation 255 make 0 to 1.
    await page.getByLabel('0 to 255').check();
    await page.getByText('where black is 0 and white is 255').waitFor();
    await page.locator('#option-std').fill('255');
    await page.locator('#option-std').press('Enter');
    await expect.poll(async () => (await visitor.look()).figures['L∞']).toBe('12.8');
    const after = await visitor.look();
    expect([after.before, after.after, after.figures.L0]).toEqual([before.before, before.after, before.figures.L0]);

    await page.getByLabel('ImageNet').check();
    await expect.poll(() => page.locator('#option-mean').inputValue()).toBe('0.485, 0.456, 0.406');
    await expect.poll(() => page.locator('#option-std').inputValue()).toBe('0.229, 0.224, 0.225');
    await page.getByText('where black is 0 and white is 1.').waitFor();

    await page.locator('#option-labels').fill('red\ngreen\nblue\n');
    await page.locator('#option-labels').blur();
    await expect.poll(async () => colours.includes((await visitor.look()).before)).toBe(true);
    await page.locator('#own-names').setInputFiles(file('names.txt', 'rot\r\ngrün\r\nblau\r\n', 'text/plain'));
    await expect.poll(async () => ['rot', 'grün', 'blau'].includes((await visitor.look()).before)).toBe(true);
    expect(await page.locator('#target label').allTextContents()).toHaveLength(4);
    expect(visitor.complaints).toEqual([]);
  });

  it('and says at the option what is wrong with it', async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.settled();
    await given(visitor, file('colours.onnx', await (await colourNetwork()).save('onnx')));
    await open(visitor);
    for (const [name, wrong, words] of [
      ['mean', '1, 2', /mean must be one number, or one for each of the 3 channels/],
      ['mean', 'grey', /mean cannot be read: write numbers/],
      ['labels', 'one\ntwo', /labels/],
    ] as const) {
      await page.locator(`#option-${name}`).fill(wrong);
      await page.locator(`#option-${name}`).blur();
      await page.locator(`#option-${name}-problem`).getByText(words).waitFor();
      expect(await page.locator(`#option-${name}`).getAttribute('aria-invalid')).toBe('true');
      await page.locator(`#option-${name}`).fill('');
      await page.locator(`#option-${name}`).blur();
      await expect.poll(() => page.locator(`#option-${name}-problem`).count()).toBe(0);
      await page.locator('.notice').getByText('Your network is loaded').waitFor();
    }
    expect(await chosen(visitor)).toBe('colours');
  });

  it('where its file leaves the size open, of which a guess is made', async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.settled();
    await given(visitor, file('any.onnx', await anySize()));
    await page.getByText('224 × 224 pixels are a guess').waitFor();
    expect((await pixelsAt(visitor, '.original')).width).toBe(224);
    await page.locator('#option-shape').fill('3, 20, 30');
    await page.locator('#option-shape').press('Enter');
    await expect.poll(async () => (await pixelsAt(visitor, '.original')).width).toBe(30);
    await visitor.settled();
    expect(visitor.complaints).toEqual([]);
  });
});

/** A visit with a network of a thousand classes: the longest tasks while it is opened, attacked, and given a photo. */
async function visitWithThousands(network: string, photo: string) {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.settled();
  const opening = await longestTask(page, async () => {
    await page.locator('#own-model').setInputFiles(network);
    await page.locator('.notice').getByText('Your network is loaded').waitFor();
    await visitor.settled();
  });
  expect(await page.locator('.bars tbody tr').count()).toBe(5);
  await page.getByText('How sure the network is of the 5 likeliest of 1,000 classes').waitFor();
  const attacking = await longestTask(page, async () => {
    await page.locator('#target').selectOption('7');
    await visitor.settled();
    for (let step = 1; step < 6; step++) await visitor.slide(step * 0.03);
    await visitor.settled();
  });
  expect(await page.locator('.bars tbody th').allTextContents()).toContain('thing number 7, or so');
  const resizing = await longestTask(page, async () => {
    await page.getByLabel('Your picture').check();
    await page.locator('#own-picture').setInputFiles(photo);
    await page.getByText('large.png, 3000 × 2000 pixels: cut to its middle square, made 224 × 224 pixels.').waitFor();
    await visitor.settled();
  });
  expect(visitor.complaints).toEqual([]);
  return [opening, attacking, resizing] as const;
}

it('with a thousand classes has bars of the likeliest, a list to aim at, and no long tasks', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `thing number ${index}, or so`);
  // Files that lie on the disk cost the page nothing but what it does with them.
  const folder = await mkdtemp(path.join(tmpdir(), 'mlsec-'));
  const [network, photo] = [path.join(folder, 'large.onnx'), path.join(folder, 'large.png')];
  await writeFile(network, await untrained([224, 224, 3], names));
  await writeFile(photo, picture(3000, 2000));
  const tasks = await attempt(
    () => visitWithThousands(network, photo),
    (longest) => Math.max(...longest) <= 50,
  );
  await rm(folder, { recursive: true });
  const [opening, attacking, resizing] = tasks.map((task) => `${task.toFixed(1)} ms`);
  console.log(`Longest tasks with 224 x 224 x 3: opening ${opening}, attacking ${attacking}, a picture ${resizing}.`);
  expect(Math.max(...tasks)).toBeLessThanOrEqual(50);
}, 120_000);

it('is refused in words, and the page goes on', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.settled();
  const refused = async (name: string, content: Uint8Array | string, words: RegExp) => {
    await give(visitor, file(name, content));
    await page.locator('.notice').getByText(words).waitFor();
    await page.locator('.own-model .problem').getByText(words).first().waitFor();
  };
  await refused('noise.onnx', 'no model at all', /is not an ONNX model/);
  // No option would help.
  await expect.poll(() => page.locator('.own-model details').count()).toBe(0);
  const exported = JSON.parse(
    await readFile(path.resolve(import.meta.dirname, '../package/exported_models.json'), 'utf8'),
  );
  const model = (wanted: string) => {
    const { onnx } = exported.find(({ name }: { name: string }) => name === wanted);
    return Buffer.from(onnx, 'base64');
  };
  await refused(
    'small.onnx',
    model('residual'),
    /takes 2 × 6 × 6 numbers, and this page attacks those that take images/,
  );
  await refused('two.onnx', model('two inputs'), /several inputs \(x0, x1\)/);
  await refused('table.onnx', model('perceptron of breast cancer'), /takes 30 numbers/);
  await refused(
    'wide.onnx',
    await untrained([8, 520, 1], ['a', 'b']),
    /520 × 8 pixels, and this page shows up to 512 × 512/,
  );
  const bytes = withUnknownOperation(await untrained([12, 16, 3], ['a', 'b']));
  await refused('odd.onnx', bytes, /\(Rule\) cannot be read here: this operation is not supported/);
  await page.getByRole('button', { name: 'Forget this file' }).click();
  await expect.poll(() => page.locator('.own-model').count()).toBe(0);
  await visitor.settled();
  expect(await chosen(visitor)).toBe('mnist-mlp');
  expect(visitor.complaints).toEqual([]);
});
