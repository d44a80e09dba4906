// Corrupted copies of samples, and the accuracy that a shipped model keeps on them.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Evaluation from '../../web/src/evaluate.js';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let evaluation: typeof Evaluation;
let model: Mlsec.Model;
let digits: { inputs: { data: Uint8Array; shape: number[] }; labels: number[] };

const rows = 40;
const size = 784;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  evaluation = await import(pathToFileURL(`${installed.mlsec}/dist/evaluate.js`).href);
  mlsec.configure({ deterministic: true });
  model = await mlsec.load('mnist-cnn');
  const { inputs, labels } = await mlsec.samples('mnist');
  digits = {
    inputs: { data: Uint8Array.from(inputs.data.slice(0, rows * size)), shape: [rows, 28, 28, 1] },
    labels: [...labels.slice(0, rows)],
  };
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

it('corrupts every sample, the same for the same seed, and keeps labels', async () => {
  const options = { corruption: 'gaussian-noise', severity: 2, seed: 1 } as const;
  const { inputs, labels } = await evaluation.corrupt(model, digits, options);
  expect(labels).toEqual(digits.labels);
  expect(inputs.shape).toEqual([rows, 28, 28, 1]);
  const changed = Array.from({ length: rows }, (_, row) => {
    const differs = (_value: number, place: number) =>
      Math.abs((inputs.data[row * size + place] as number) - (digits.inputs.data[row * size + place] as number) / 255) >
      1e-3;
    return Array.from(inputs.data.slice(row * size, (row + 1) * size)).filter(differs).length;
  });
  // Half of the noise on black is cut.
  expect(Math.min(...changed)).toBeGreaterThan(0.4 * size);
  const again = await evaluation.corrupt(model, digits, options);
  expect(again.inputs.data).toEqual(inputs.data);
  const other = await evaluation.corrupt(model, digits, { ...options, seed: 2 });
  expect(other.inputs.data).not.toEqual(inputs.data);
  const first = { inputs: { data: digits.inputs.data.slice(0, size), shape: [1, 28, 28, 1] } };
  const alone = await evaluation.corrupt(model, first, options);
  expect(alone.inputs.data).toEqual(inputs.data.slice(0, size));
});

it('counts what the model says of the copies', async () => {
  const report = await evaluation.corruptionAccuracy(model, digits, {
    corruptions: ['fog', 'contrast'],
    severities: [1, 5],
    seed: 3,
  });
  expect(report.corruptions.map(({ corruption }) => corruption)).toEqual(['fog', 'contrast']);
  const { inputs } = await evaluation.corrupt(model, digits, { corruption: 'fog', severity: 5, seed: 3 });
  const { labels } = await model.predict(inputs);
  const right = labels.filter((label, row) => label === digits.labels[row]).length;
  expect(report.corruptions[0]?.accuracy[1]?.count).toBe(right);
  const means = report.corruptions.map(
    ({ accuracy: [mild, severe] }) => ((mild?.value ?? 0) + (severe?.value ?? 0)) / 2,
  );
  expect(report.meanAccuracy).toBeCloseTo(((means[0] ?? 0) + (means[1] ?? 0)) / 2, 10);
  expect(report.cleanAccuracy.value).toBeGreaterThan(0.9);
});

it('takes corruptions among the attacks of an evaluation', async () => {
  const { attacks, warnings } = await evaluation.evaluate(model, digits, {
    attacks: [{ method: 'corruption', corruption: 'fog', severity: 5 }, 'adef'],
    epsilons: [1],
  });
  expect(attacks[0]?.goal).toBe('own-limits');
  const { inputs } = await evaluation.corrupt(model, digits, { corruption: 'fog', severity: 5, seed: 0 });
  const [clean, foggy] = await Promise.all([model.predict(digits), model.predict(inputs)]);
  const right = digits.labels.filter((label, row) => clean.labels[row] === label && foggy.labels[row] === label).length;
  // Random numbers are those of a call with the samples that are right, so that counts agree where all are.
  if (clean.labels.every((label, row) => label === digits.labels[row])) {
    expect(attacks[0]?.robustAccuracy[0]?.count).toBe(right);
  }
  expect(warnings.filter(({ code }) => code === 'unbounded-fails')).toEqual([]);
});

it('refuses what is no corruption, no severity and no image', async () => {
  const refused = (given: object) =>
    evaluation.corruptionAccuracy(model, digits, given as Evaluation.CorruptionAccuracyOptions).then(
      () => undefined,
      (error: Mlsec.MlsecError) => error.field,
    );
  expect(await refused({ corruptions: ['rain'] })).toBe('corruptions[0]');
  expect(await refused({ severities: [1, 6] })).toBe('severities[1]');
  expect(await refused({ severity: 3 })).toBe('severity');
  await expect(
    evaluation.corrupt(model, digits, { corruption: 'fog', severities: [3] } as Evaluation.CorruptOptions & object),
  ).rejects.toMatchObject({ field: 'severities', code: 'unknown-option' });
  const vectors = await mlsec.modelFrom(({ shape: [count = 0] }) => new Float32Array(2 * count), {
    shape: [4],
    classes: 2,
  });
  await expect(evaluation.corrupt(vectors, new Float32Array(4), { corruption: 'fog' })).rejects.toMatchObject({
    field: 'model',
  });
  vectors.dispose();
});
