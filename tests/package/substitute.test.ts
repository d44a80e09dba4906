// Attacks by way of a substitute through the installed package.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import type * as Substitute from '../../web/src/substitute.js';
import { stopsPromptly } from './aborting.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let substitutes: typeof Substitute;
let network: Mlsec.Model;
/** Gives labels only, and counts whom it gives them to. */
let victim: Mlsec.Model;
let asked = 0;
let data: Mlsec.ShippedSamples;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  substitutes = await import(pathToFileURL(`${installed.mlsec}/dist/substitute.js`).href);
  mlsec.configure({ deterministic: true });
  data = await mlsec.samples('mnist');
  network = await mlsec.load('mnist-mlp');
  const answer: Mlsec.CallbackFunction = async (batch) => {
    asked += batch.shape[0] as number;
    return Array.from((await network.predict(batch)).labels);
  };
  victim = await mlsec.modelFrom(answer, { shape: [28, 28, 1], classes: 10, output: 'labels' });
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

/** As numbers from 0 to 1. */
function some(first: number, count: number) {
  const size = 784;
  const bytes = data.inputs.data.slice(first * size, (first + count) * size);
  return { data: Float32Array.from(bytes, (byte) => byte / 255), shape: [count, 28, 28, 1] };
}

async function agreement(model: Mlsec.Model, inputs: ReturnType<typeof some>): Promise<number> {
  const { labels: theirs } = await network.predict(inputs);
  const { labels } = await model.predict(inputs);
  return labels.filter((label, row) => label === theirs[row]).length / labels.length;
}

it('agrees with the victim more often after some rounds, and counts what it asks', async () => {
  const agreements: number[] = [];
  for (const rounds of [0, 3]) {
    asked = 0;
    const done: number[] = [];
    const onProgress = ({ fraction }: Substitute.SubstituteProgress) => done.push(fraction);
    const result = await substitutes.substitute(victim, some(0, 100), {
      rounds,
      alternateEvery: 1,
      seed: 1,
      onProgress,
    });
    expect(result.queries).toBe(asked);
    expect(asked).toBe(100 * 2 ** rounds);
    expect(result.rounds.map(({ samples }) => samples)).toEqual([100, 200, 400, 800].slice(0, rounds + 1));
    expect(result.rounds.map(({ queries }) => queries)).toEqual(result.rounds.map(({ samples }) => samples));
    expect(result.exhausted).toBe(false);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
    agreements.push(await agreement(result.model, some(200, 300)));
    if (rounds === 0) continue;
    console.log(`agreement ${agreements}`);

    asked = 0;
    const epsilon = 0.25;
    const attacked = await substitutes.attackBySubstitute(victim, some(200, 300), result.model, {
      method: 'fgsm',
      epsilon,
    });
    expect(attacked.queries).toBe(asked);
    expect(asked).toBe(600);
    const clean = some(200, 300);
    // One channel: every layout has the same numbers.
    const { data: found } = attacked.found.adversarials;
    expect(found.every((value, index) => Math.abs(value - (clean.data[index] as number)) <= epsilon + 1e-6)).toBe(true);
    const { labels: answers } = await network.predict({ data: found, shape: clean.shape });
    expect(attacked.predictions).toEqual(answers);
    expect(attacked.success).toEqual(Array.from(answers, (answer, row) => answer !== attacked.cleanPredictions[row]));
    // Every feature as far, either way.
    const noisy = clean.data.map((value, index) => {
      const sign = (Math.imul(index + 1, 2654435761) >>> 16) & 1 ? 1 : -1;
      return Math.min(1, Math.max(0, value + sign * epsilon));
    });
    const { labels: ofNoise } = await network.predict({ data: noisy, shape: clean.shape });
    const noise = ofNoise.filter((answer, row) => answer !== attacked.cleanPredictions[row]).length / 300;
    console.log(`transferred ${attacked.transferRate}, noise ${noise}`);
    // Measured: 0.667 and 0.353.
    expect(attacked.transferRate).toBeGreaterThan(noise + 0.2);
  }
  // Measured: 0.647 and 0.733.
  const [before = 1, after = 0] = agreements;
  expect(after).toBeGreaterThan(before + 0.05);
});

it('gives the same bytes for the same seed, and others for another', async () => {
  const bytesOf = async (seed: number) => {
    const options = { rounds: 2, seed, reservoirSize: 20, reservoirAfter: 1, alternateEvery: 1 };
    const { model, queries } = await substitutes.substitute(victim, some(0, 40), options);
    expect(queries).toBe(40 + 40 + 20);
    return await model.save();
  };
  const bytes = await bytesOf(5);
  expect(await bytesOf(5)).toEqual(bytes);
  expect(await bytesOf(6)).not.toEqual(bytes);
});

it('never asks more than maxQueries, and says when that cut it short', async () => {
  asked = 0;
  const training = { epochs: 1 };
  const cut = await substitutes.substitute(victim, some(0, 40), { maxQueries: 100, training });
  expect(asked).toBe(100);
  expect([cut.queries, cut.exhausted]).toEqual([100, true]);
  expect(cut.rounds.map(({ samples }) => samples)).toEqual([40, 80, 100]);
  const whole = await substitutes.substitute(victim, some(0, 40), { maxQueries: 80, rounds: 1, training });
  expect([whole.queries, whole.exhausted]).toEqual([80, false]);
  const short = await substitutes.substitute(victim, some(0, 40), { maxQueries: 80, rounds: 2, training });
  expect([short.queries, short.exhausted]).toEqual([80, true]);
});

it('takes a victim with other bounds', async () => {
  const sum = (values: Float32Array, row: number, half: number) =>
    values.subarray(row * 24 + half * 12, row * 24 + half * 12 + 12).reduce((total, value) => total + value, 0);
  const other = await mlsec.modelFrom(
    ({ data: values, shape }) => {
      expect(values.every((value) => value >= -1 && value <= 3)).toBe(true);
      return Array.from({ length: shape[0] as number }, (_, row) => Number(sum(values, row, 0) > sum(values, row, 1)));
    },
    { shape: [24], classes: 2, output: 'labels', lower: -1, upper: 3 },
  );
  const inputs = { data: Float32Array.from({ length: 60 * 24 }, (_, i) => 1 + 2 * Math.sin(i * i)), shape: [60, 24] };
  const { model } = await substitutes.substitute(other, inputs, { rounds: 3, training: { epochs: 40 } });
  expect(model.info.input).toMatchObject({ shape: [24], lower: -1, upper: 3 });
  const attacked = await substitutes.attackBySubstitute(other, inputs, model, { method: 'fgsm', epsilon: 2 });
  expect(attacked.transferRate).toBeGreaterThan(0.9);
});

it('ends within 50 ms when aborted', async () => {
  const prompt = await stopsPromptly(300, (signal) =>
    substitutes.substitute(victim, some(0, 300), { rounds: 6, training: { epochs: 1000 }, signal }),
  );
  expect(prompt).toBe(true);
});

it('names what is wrong', async () => {
  const wrong = async (options: object, field: string, code: string) => {
    const refused = substitutes.substitute(victim, some(0, 20), options);
    await expect(refused).rejects.toMatchObject({ field, code });
  };
  await wrong({ rounds: -1 }, 'rounds', 'out-of-range');
  await wrong({ step: 0 }, 'step', 'out-of-range');
  await wrong({ maxQueries: 19 }, 'maxQueries', 'out-of-range');
  await wrong({ lambda: 0.1 }, 'lambda', 'unknown-option');
  await wrong({ training: { epochs: 0 } }, 'training.epochs', 'out-of-range');
  const unfit = substitutes.attackBySubstitute(victim, some(0, 20), network, { method: 'nothing' } as never);
  await expect(unfit).rejects.toMatchObject({ field: 'method' });
  const robot = substitutes.attackBySubstitute({} as never, some(0, 20), network, { method: 'fgsm' });
  await expect(robot).rejects.toMatchObject({ field: 'victim', code: 'wrong-type' });
});
