// What can be saved of a result, opened again by others.
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { useSite, type Visit } from './site.js';

const visit = useSite();
const root = path.resolve(import.meta.dirname, '../..');
const link = '#v=1&model=mnist-cnn&sample=23&attack=pgd&target=8&o.norm=l2&o.epsilon=3.5&o.steps=25&o.seed=9';

/** The file behind a button, its name and its bytes. */
async function saved({ page }: Visit, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

async function opened(address = link): Promise<Visit> {
  const visitor = await visit(address);
  await visitor.settled();
  await visitor.page.locator('.keep summary').click();
  await visitor.page.locator('.keep pre').waitFor();
  return visitor;
}

interface Run {
  adversarial: number[];
  original: number[];
  after: { label: number; name: string };
  distances: Record<string, number>;
  attack: object;
  link: string;
}

it('is the same numbers in every file', async () => {
  const visitor = await opened();
  const json = await saved(visitor, 'This run, JSON');
  expect(json.name).toBe('mnist-cnn-pgd.json');
  const run = JSON.parse(json.bytes.toString()) as Run;
  expect(run.attack).toEqual({ method: 'pgd', norm: 'l2', epsilon: 3.5, steps: 25, seed: 9 });
  const difference = run.adversarial.map((value, index) => value - (run.original[index] as number));
  expect(Math.hypot(...difference)).toBeCloseTo(run.distances.l2 as number, 6);
  expect(difference.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(run.distances.l1 as number, 5);
  expect(run.link).toContain('o.seed=9');

  const npy = await saved(visitor, 'Exact values, .npy');
  const header = npy.bytes.subarray(10, 10 + npy.bytes.readUInt16LE(8)).toString();
  expect(npy.bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]));
  expect((10 + header.length) % 64).toBe(0);
  expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(1, [\d, ]+\), \} *\n$/);
  const values = npy.bytes.subarray(10 + header.length);
  const floats = Array.from({ length: values.length / 4 }, (_, index) => values.readFloatLE(4 * index));
  expect(floats).toEqual(run.adversarial);

  const image = decode((await saved(visitor, 'Image, PNG')).bytes);
  expect([image.width, image.height]).toEqual([28, 28]);
  const bytes = Array.from({ length: 784 }, (_, index) => image.data[index * image.channels]);
  expect(bytes).toEqual(run.adversarial.map((value) => Math.round(255 * value)));

  const panel = decode((await saved(visitor, 'The three images, PNG')).bytes);
  expect(panel.width).toBeGreaterThan(600);
  expect(visitor.complaints).toEqual([]);
});

it('is a program that comes to the same, byte for byte', async () => {
  for (const address of [link, `#v=1&model=mnist-mlp&attack=fgsm&drawing=${'A'.repeat(240)}${'_w'.padEnd(283, 'A')}`]) {
    const visitor = await opened(address);
    const run = JSON.parse((await saved(visitor, 'This run, JSON')).bytes.toString()) as Run;
    const code = (await visitor.page.locator('.keep pre').textContent()) ?? '';
    const file = path.join(root, `build/kept-${process.pid}.mjs`);
    const program = code
      .replace("'mlsec'", JSON.stringify(path.join(root, 'dist/index.js')))
      .replace(/console\.log.*/, 'console.log(JSON.stringify([...result.adversarials.data]));');
    await writeFile(file, program);
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [file], { maxBuffer: 1 << 24 });
      expect(JSON.parse(stdout)).toEqual(run.adversarial);
    } finally {
      await rm(file);
    }
  }
});

it('says whether the image survives the rounding of a PNG', async () => {
  const visitor = await opened('#v=1&model=mnist-mlp&sample=4&attack=fgsm&o.epsilon=0.1');
  await expect
    .poll(() => visitor.page.locator('.rounding').textContent())
    .toMatch(/rounded to one of 256 shades\.\s+The network still sees a 9 \(.*\) then: the image keeps fooling it\./);
  // The smallest change that works is gone with the rounding, mostly.
  await visitor.page.evaluate(() => {
    location.hash = '#v=1&model=mnist-mlp&sample=4&attack=deepfool&o.overshoot=0.0001';
  });
  await expect
    .poll(() => visitor.page.locator('.rounding').textContent(), { timeout: 20_000 })
    .toMatch(/keeps fooling it|no longer fools it/);
});

it('comes back as the picture it was saved as', async () => {
  const visitor = await opened('#v=1&model=mnist-mlp&sample=4&attack=fgsm&o.epsilon=0.1');
  const { bytes } = await saved(visitor, 'Image, PNG');
  const image = decode(bytes);
  await visitor.page.getByLabel('Your picture').check();
  await visitor.page.locator('#own-picture').setInputFiles({ name: 'nine.png', mimeType: 'image/png', buffer: bytes });
  expect((await visitor.look()).before).toBe('9');
  await expect.poll(() => visitor.page.url()).toMatch(/picture=[^&]/);
  const text = new URLSearchParams(new URL(visitor.page.url()).hash.slice(1)).get('picture') ?? '';
  const pixels = Array.from({ length: 784 }, (_, index) => image.data[index * image.channels]);
  expect([...Buffer.from(text, 'base64url')]).toEqual(pixels);
});

it('copies the code', async () => {
  const visitor = await visit(link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await visitor.settled();
  await visitor.page.locator('.keep summary').click();
  await visitor.page.getByRole('button', { name: 'Copy the code' }).click();
  await expect.poll(() => visitor.page.locator('.notice').textContent()).toBe('The code is copied.');
  expect(await visitor.page.evaluate(() => navigator.clipboard.readText())).toContain("method: 'pgd'");
});
