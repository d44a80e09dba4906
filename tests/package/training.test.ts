// Training with the real core, in Node: what must hold whatever the architecture, the scheme and the number of workers.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let data: Mlsec.ShippedSamples;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  mlsec.configure({ deterministic: true });
  data = await mlsec.samples('mnist');
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

const size = 784;

function some(count: number, first = 0) {
  const { inputs, labels } = data;
  const rows = inputs.data.slice(first * size, (first + count) * size);
  return { inputs: { ...inputs, data: rows, shape: [count, 28, 28, 1] }, labels: labels.slice(first, first + count) };
}

const strided = {
  input: [28, 28, 1],
  layers: [
    { type: 'conv2d', filters: 4, kernel: 4, stride: 4 },
    { type: 'batchNorm' },
    { type: 'relu' },
    { type: 'dropout', rate: 0.1 },
    { type: 'flatten' },
    { type: 'dense', units: 10 },
  ],
} as const satisfies Mlsec.Architecture;

const attacked = { adversarial: { method: 'pgd', epsilon: 0.1, steps: 2 } } as const;
const options: Record<string, Mlsec.TrainOptions> = {
  plainly: {},
  'with all that is random': {
    augmentation: { shift: 2, flip: true, crop: 0.1, noise: 0.1, cutout: 4, mixup: 0.2 },
    labelSmoothing: 0.1,
    validationShare: 0.2,
    averageDecay: 0.9,
  },
  'on adversarial inputs': { ...attacked, robustSamples: 40, epsilonRamp: 0.5 },
  mixed: { ...attacked, scheme: 'mixed' },
  'by TRADES': { ...attacked, scheme: 'trades' },
  'by MART': { ...attacked, scheme: 'mart' },
  'for free': { ...attacked, scheme: 'free', replays: 2 },
};

/** A history is the same but for the time it took. */
const withoutTime = (history: Mlsec.Epoch[] | undefined) => history?.map((epoch) => ({ ...epoch, seconds: 0 }));

describe.each(Object.entries(options))('trained %s', (_, own) => {
  const call = { epochs: 2, batchSize: 96, seed: 5, ...own };

  it('one, two and four workers give the same bytes', async () => {
    const results = [];
    for (const workers of [1, 2, 4]) {
      const model = await mlsec.train(strided, some(200), { ...call, workers });
      results.push([await model.save(), withoutTime(model.history)]);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('a resumed training ends in the same bytes', async () => {
    const whole = await mlsec.train(strided, some(200), call);
    const trainer = await mlsec.Trainer.create(strided, some(200), call);
    while ((await trainer.step()).epochs.length === 0);
    const resumed = await mlsec.train(strided, some(200), { ...call, checkpoint: await trainer.checkpoint() });
    trainer.dispose();
    expect(await resumed.save()).toEqual(await whole.save());
    expect(withoutTime(resumed.history)).toEqual(withoutTime(whole.history));
  });
});

it.each(['mlp', 'cnn', 'lenet', 'resnet-small'] as const)(
  '%s learns, is saved and opens as the same model',
  async (name) => {
    const quick = name === 'resnet-small' || name === 'lenet' ? 256 : 1000;
    const model = await mlsec.train(name, some(quick), { epochs: 4, batchSize: 32, learningRate: 0.003 });
    const [first, last] = [model.history?.[0], model.history?.at(-1)];
    expect(last?.loss).toBeLessThan(0.7 * (first?.loss ?? 0));
    const [before, after] = await Promise.all(
      [model, await mlsec.load(await model.save())].map((each) => each.predict(some(20))),
    );
    expect(after).toEqual(before);
  },
);

it('a training without an end is stopped, keeps its model, and another is cancelled', async () => {
  const stop = new AbortController();
  const model = await mlsec.train('mlp', some(200), {
    epochs: 100_000,
    workers: 2,
    stop: stop.signal,
    onEpoch: ({ epoch }) => epoch === 3 && stop.abort(),
  });
  expect(model.history?.length).toBeGreaterThanOrEqual(3);
  expect((await model.predict(some(5))).labels).toHaveLength(5);
  const abort = new AbortController();
  const cancelled = mlsec.train('mlp', some(200), {
    epochs: 100_000,
    workers: 2,
    signal: abort.signal,
    onBatch: () => abort.abort(new Error('enough')),
  });
  await expect(cancelled).rejects.toThrow('enough');
});

it('a diverging training names the batch and leaves a checkpoint to resume from', async () => {
  const wild = {
    epochs: 50,
    batchSize: 50,
    loss: 'mean-squared-error',
    optimizer: 'sgd',
    learningRate: 1000,
    workers: 2,
  } as const;
  const error = await mlsec.train('mlp', some(200), wild).then(
    () => expect.fail('it did not diverge'),
    (reason: Mlsec.MlsecError) => reason,
  );
  expect(error).toMatchObject({ code: 'not-finite', field: 'learningRate' });
  expect(error.message).toMatch(/^Training diverged at batch \d+ \(epoch \d+\)/);
  const checkpoint = error.checkpoint as Uint8Array;
  const tame = await mlsec.train('mlp', some(200), { ...wild, learningRate: 0.001, epochs: 1, checkpoint });
  expect(tame.history?.length).toBeGreaterThanOrEqual(1);
});

it('several labels at once are learned', async () => {
  const count = 300;
  const { inputs, labels } = some(count);
  const targets = Array.from(labels, (label) => [
    Number(label % 2 === 0),
    Number(label > 4),
    Number(label === 1),
  ]).flat();
  const layers = [
    { type: 'flatten' },
    { type: 'dense', units: 32 },
    { type: 'relu' },
    { type: 'dense', units: 3 },
  ] as const;
  const model = await mlsec.train(
    { input: [28, 28, 1], layers },
    { inputs, targets },
    {
      loss: 'binary-cross-entropy',
      epochs: 20,
    },
  );
  expect(model.history?.at(-1)?.accuracy).toBeGreaterThan(0.95);
  const { logits } = await model.predict({ ...inputs });
  const right = targets.filter((target, index) => (logits[index] as number) > 0 === target > 0.5).length;
  expect(right / targets.length).toBeGreaterThan(0.95);
});

it('a model calls its classes what its data set calls them, in a file too', async () => {
  const classNames = ['nought', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'ni\u00f1e'];
  const dataset = { ...some(20), classNames };
  const architecture = { input: [28, 28, 1], layers: [{ type: 'flatten' }, { type: 'dense', units: 10 }] } as const;
  const model = await mlsec.train(architecture, dataset, { epochs: 1 });
  expect(model.info.output.labels).toEqual(classNames);
  const loaded = await mlsec.load(await model.save('onnx', { precision: 'float16' }));
  expect(loaded.info.output.labels).toEqual(classNames);
  const trainer = await mlsec.Trainer.create(architecture, dataset);
  const half = await trainer.model();
  expect(half.info.output.labels).toEqual(classNames);
  const few = mlsec.train(architecture, { ...dataset, classes: 10, classNames: ['nought', 'one'] });
  expect(await few.catch((error) => error)).toMatchObject({ code: 'shape-mismatch', field: 'dataset.classNames' });
  trainer.dispose();
  for (const each of [model, loaded, half]) each.dispose();
});

it('a trainer is a training taken step by step', async () => {
  const call = { epochs: 1, batchSize: 50, optimizer: 'sgd', seed: 2 } as const;
  const [stepped, applied] = await Promise.all([1, 2].map(() => mlsec.Trainer.create('mlp', some(200), call)));
  if (!stepped || !applied) return expect.fail('no trainers');
  for (let batch = 0; batch < 4; batch++) {
    await stepped.step();
    await applied.applyGradient(await applied.gradient());
  }
  expect(await applied.parameters()).toEqual(await stepped.parameters());
  const whole = await mlsec.train('mlp', some(200), call);
  expect(await (await stepped.model()).save()).toEqual(await whole.save());
  stepped.dispose();
  applied.dispose();
});

it.each([
  ['labels out of range', { labels: [0, 1, 99, ...Array(17).fill(0)], classes: 10 }, {}, 'dataset.labels[2]'],
  [
    'a validation set of another size',
    {},
    { validation: { inputs: { data: new Float32Array(8), shape: [2, 4] }, labels: [0, 1] } },
    'validation.inputs',
  ],
  ['a layer that does not exist', {}, { layers: [{ type: 'convolve' }] }, 'layers[0].type'],
  ['an attack that does not exist', {}, { adversarial: 'magic' }, 'adversarial.method'],
  ['an attack with a wrong option', {}, { adversarial: { method: 'pgd', epsilon: -1 } }, 'adversarial.epsilon'],
  ['a scheme without an attack', {}, { scheme: 'trades' }, 'scheme'],
  ['a checkpoint of something else', {}, { checkpoint: Uint8Array.of(1, 2, 3) }, 'checkpoint'],
])('%s is refused by name', async (_, wrongData, { layers, ...wrong }: Record<string, unknown>, field) => {
  const architecture = { input: [28, 28, 1], layers: layers ?? [{ type: 'flatten' }, { type: 'dense', units: 10 }] };
  const call = mlsec.train(architecture as never, { ...some(20), ...wrongData }, { epochs: 1, ...wrong } as never);
  await expect(call).rejects.toMatchObject({ field });
});
