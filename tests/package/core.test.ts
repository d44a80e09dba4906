// The installed package with the real core, in Node. What is checked for one attack is checked for all.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import { stopsPromptly } from './aborting.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let catalog: Mlsec.Catalog;
let model: Mlsec.Model;
let data: Mlsec.ShippedSamples;

const size = 784;
const layers = [
  { type: 'flatten' },
  { type: 'dense', units: 16 },
  { type: 'relu' },
  { type: 'dense', units: 10 },
] as const;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  mlsec.configure({ deterministic: true });
  catalog = await mlsec.catalog();
  data = await mlsec.samples('mnist');
  model = await mlsec.train({ input: [28, 28, 1], layers }, data, { epochs: 5, seed: 1 });
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

/** Samples from `first` on, with their labels. */
function some(count: number, first = 0) {
  const { inputs, labels } = data;
  return {
    inputs: {
      ...inputs,
      data: inputs.data.slice(first * size, (first + count) * size),
      shape: [count, ...inputs.shape.slice(1)],
    },
    labels: labels.slice(first, first + count),
  };
}

/** Few steps, whatever the attack calls them. */
function quick({ id, options }: Mlsec.AttackDescription): Mlsec.AttackOptions {
  const fewer = options
    .filter(({ type, default: value }) => type === 'integer' && Number(value) > 10)
    .map(({ name }) => [name, 10]);
  return { method: id, ...Object.fromEntries(fewer) };
}

it('shows what a slow attack visits, to whoever asks for the way', async () => {
  const { inputs, labels } = some(1);
  const options = { method: 'carlini-wagner', steps: 2000, abortEarly: false, labels } as const;
  const visited: Float32Array[] = [];
  await mlsec.attack(model, inputs, {
    ...options,
    trajectory: true,
    onProgress: ({ latest }) => latest && visited.push(latest.input),
  });
  expect(visited.length).toBeGreaterThan(1);
  expect(visited[0]).toHaveLength(size);
  expect(new Set(visited.map((point) => point.join())).size).toBeGreaterThan(1);
  await mlsec.attack(model, inputs, { ...options, onProgress: ({ latest }) => expect(latest).toBeUndefined() });
});

it('has the first samples apart, the same as all of them begin with', async () => {
  for (const first of [50, 7, 60]) {
    const few = await mlsec.samples('mnist', { first });
    expect(few.inputs.shape).toEqual([first, 28, 28, 1]);
    expect(few.inputs.data).toEqual(data.inputs.data.slice(0, first * size));
    expect(few.labels).toEqual(data.labels.slice(0, first));
  }
  expect(await errorOf(mlsec.samples('mnist', { first: 0 }))).toMatchObject({ code: 'out-of-range', field: 'first' });
});

async function errorOf(promise: Promise<unknown>): Promise<{ code: string; field: string; message: string }> {
  return promise.then(
    () => expect.fail('This should have been refused.'),
    (error) => error,
  );
}

it('samples and training are the same each time', async () => {
  expect(data.inputs.shape).toEqual([1000, 28, 28, 1]);
  const again = await mlsec.train({ input: [28, 28, 1], layers }, data, { epochs: 5, seed: 1 });
  expect(await again.save()).toEqual(await model.save());
  expect(again.history?.length).toBe(5);
  again.dispose();
});

it('a saved model is the same model', async () => {
  const loaded = await mlsec.load(await model.save());
  const [before, after] = await Promise.all([model.predict(some(50)), loaded.predict(some(50))]);
  expect(after).toEqual(before);
  const right = before.labels.filter((label, index) => label === data.labels[index]).length;
  expect(right).toBeGreaterThan(35);
  loaded.dispose();
});

describe('every attack', () => {
  it('gives the same bytes with one and three workers, alone and in a batch', async () => {
    for (const attack of catalog.attacks) {
      const { inputs, labels } = some(64);
      const options = { ...quick(attack), labels, seed: 3 };
      mlsec.configure({ workers: 1 });
      const one = await mlsec.attack(model, inputs, options);
      mlsec.configure({ workers: 3 });
      const three = await mlsec.attack(model, inputs, options);
      expect({ ...three, seconds: 0 }, attack.id).toEqual({ ...one, seconds: 0 });
      mlsec.configure({ workers: 1 });
      const alone = await mlsec.attack(model, some(1).inputs, { ...options, labels: labels.slice(0, 1) });
      expect(alone.adversarials.data, attack.id).toEqual(one.adversarials.data.slice(0, size));
    }
  });

  it('that takes long stops within 50 ms, leaves no handles, and the next call works', async () => {
    let stopped = 0;
    for (const attack of catalog.attacks.filter(({ options }) => options.some(({ name }) => name === 'steps'))) {
      const { inputs, labels } = some(500);
      const tiny = attack.options.some(({ name }) => name === 'epsilon') ? { epsilon: 1e-5 } : {};
      const options = { method: attack.id, ...tiny, steps: 1e5, labels, restarts: 1000 };
      const prompt = await stopsPromptly(
        100,
        (signal) => mlsec.attack(model, inputs, { ...options, signal } as Mlsec.AttackOptions),
        async () => {
          expect((await model.predict(some(2))).labels.length).toBe(2);
          await new Promise((resolve) => setTimeout(resolve, 100));
          // The model, in the worker of the core and, once one has been named, in that of the other attacks. A worker
          // that had to be replaced, because it did not stop, has none.
          const { liveHandles } = await mlsec.diagnostics();
          return liveHandles.every((count) => count === 1);
        },
      );
      // It may have ended before, whatever it was told.
      if (prompt === undefined) continue;
      stopped++;
      expect(prompt, attack.id).toBe(true);
    }
    expect(stopped).toBeGreaterThan(25);
  });

  it('works on a callback model or says why not', async () => {
    const callback = await mlsec.modelFrom(
      async ({ data, shape }) => (await model.predict({ data, shape, layout: 'hwc' })).logits,
      { shape: [28, 28, 1], classes: 10 },
    );
    for (const attack of catalog.attacks) {
      const { inputs, labels } = some(3);
      const call = mlsec.attack(callback, inputs, { ...quick(attack), labels });
      if (attack.traits.needs === 'gradients')
        expect(await errorOf(call), attack.id).toMatchObject({ code: 'unsupported' });
      else expect((await call).success.length, attack.id).toBe(3);
    }
    callback.dispose();
  });
});

describe('each mistake gives one clear error that names the field', () => {
  const any = (value: unknown) => value as never;
  const pixels = (fill: number) => ({ data: new Float32Array(size).fill(fill), shape: [1, 1, 28, 28] });
  const attackWith = (options: object) => mlsec.attack(model, some(40), any({ method: 'pgd', ...options }));

  it.each<[string, () => Promise<unknown>, string, string]>([
    ['NaN', () => model.predict(pixels(Number.NaN)), 'not-finite', 'inputs[0]'],
    ['infinity', () => model.predict(pixels(Number.POSITIVE_INFINITY)), 'not-finite', 'inputs[0]'],
    ['a value out of bounds', () => model.predict(pixels(1.5)), 'out-of-range', 'inputs[0]'],
    ['a wrong shape', () => model.predict({ data: new Float32Array(9), shape: [1, 3, 3] }), 'shape-mismatch', 'inputs'],
    ['an empty batch', () => mlsec.attack(model, [], { method: 'pgd' }), 'shape-mismatch', 'inputs'],
    ['an unknown method', () => attackWith({ method: 'pdg' }), 'unknown-name', 'method'],
    ['no method', () => attackWith({ method: undefined }), 'wrong-type', 'method'],
    ['an unknown option', () => attackWith({ eps: 1 }), 'unknown-option', 'eps'],
    ['a negative epsilon', () => attackWith({ epsilon: -1 }), 'out-of-range', 'epsilon'],
    ['an epsilon that is NaN', () => attackWith({ epsilon: Number.NaN }), 'not-finite', 'epsilon'],
    ['an epsilon of text', () => attackWith({ epsilon: 'much' }), 'wrong-type', 'epsilon'],
    ['an unknown norm', () => attackWith({ norm: 'l7' }), 'unknown-name', 'norm'],
    ['a label out of range', () => attackWith({ labels: Array(39).fill(1).concat(10) }), 'out-of-range', 'labels[39]'],
    ['a label of text', () => attackWith({ labels: Array(39).fill(1).concat('x') }), 'wrong-type', 'labels[39]'],
    ['too few labels', () => attackWith({ labels: [1] }), 'shape-mismatch', 'labels'],
  ])('%s', async (_, call, code, field) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(mlsec.MlsecError);
    expect(error).toMatchObject({ code, field });
    expect(error.message).toMatch(/^\S.*\.$/);
    expect(error.message).toContain(field);
  });

  it('in model files, wherever they are cut off or changed', async () => {
    const file = await model.save('onnx', { precision: 'float16' });
    const random = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251);
    const broken = [new Uint8Array(0), new Uint8Array(10), random];
    for (let length = 1; length < file.length; length = Math.ceil(length * 1.7)) broken.push(file.slice(0, length));
    for (const bytes of broken) {
      const error = await errorOf(mlsec.load(bytes));
      expect(error, `${bytes.length} bytes`).toMatchObject({ code: 'malformed' });
    }
    expect((await model.predict(some(1))).labels.length).toBe(1);
  });

  it('in architectures and data sets', async () => {
    const start = (architecture: unknown, dataset: unknown = some(40)) =>
      mlsec.train(any(architecture), any(dataset), { epochs: 1 });
    expect((await errorOf(start({ input: [28, 28, 1], layers: [{ type: 'dense' }] }))).field).toContain('layers[0]');
    expect((await errorOf(start({ input: [28, 28, 1], layers: [{ type: 'dens', units: 1 }] }))).field).toContain(
      'layers[0]',
    );
    const { inputs } = some(40);
    expect((await errorOf(start({ input: [28, 28, 1], layers }, { inputs, labels: [1] }))).field).toContain('dataset');
    expect((await errorOf(start({ input: [14, 14, 1], layers }, some(40)))).message).toMatch(/^\S.*\.$/);
  });
});

it('the models that ship know the samples and class names of their data sets, as well as their cards say', async () => {
  for (const { id, dataset } of catalog.models) {
    const shipped = await mlsec.load(id);
    const { inputs, labels, classNames } = await mlsec.samples(dataset);
    expect(shipped.info.output.labels, id).toEqual(classNames);
    const predicted = (await shipped.predict(inputs)).labels;
    const right = predicted.filter((label, index) => label === labels[index]).length;
    const card = JSON.parse(await readFile(`${installed.mlsec}/dist/models/${id}.json`, 'utf8'));
    // Of all test samples; the first thousand are a little easier or harder.
    expect(right / labels.length, id).toBeGreaterThanOrEqual(card.cleanAccuracy - 0.005);
    shipped.dispose();
  }
});

it('handles are all given back', async () => {
  mlsec.configure({ workers: 1 });
  const second = await mlsec.load(await model.save());
  await mlsec.attack(second, some(3), { method: 'fgsm' });
  await errorOf(mlsec.attack(second, some(3), { method: 'fgsm', epsilon: -1 }));
  second.dispose();
  expect(await mlsec.diagnostics()).toEqual({ liveHandles: [1] });
  model.dispose();
  expect(await mlsec.diagnostics()).toEqual({ liveHandles: [0] });
});
