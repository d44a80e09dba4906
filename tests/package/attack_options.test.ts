// What calls can ask of any attack, on a model that ships.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let model: Mlsec.Model;
let inputs: Mlsec.Samples;
let labels: number[];

const rows = 12;
const size = 784;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  mlsec.configure({ deterministic: true });
  model = await mlsec.load('mnist-mlp');
  const digits = await mlsec.samples('mnist');
  inputs = {
    data: Float32Array.from(digits.inputs.data.slice(0, rows * size), (byte) => byte / 255),
    shape: [rows, 28, 28, 1],
  };
  labels = [...digits.labels.slice(0, rows)];
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

it('changes no pixel outside a mask, of all samples or of each', async () => {
  const half = Float32Array.from({ length: size }, (_, pixel) => Number(pixel < size / 2));
  const shared = await mlsec.attack(model, inputs, { method: 'pgd', labels, epsilon: 0.5, mask: half as never });
  const each = Float32Array.from({ length: rows * size }, (_, index) => half[index % size] as number);
  const own = await mlsec.attack(model, inputs, { method: 'pgd', labels, epsilon: 0.5, mask: each as never });
  expect(own.adversarials.data).toEqual(shared.adversarials.data);
  const changed = shared.adversarials.data.map((value, index) => Math.abs(value - (inputs.data[index] as number)));
  expect(changed.filter((_, index) => index % size >= size / 2).every((change) => change === 0)).toBe(true);
  expect(shared.summary.successRate).toBeGreaterThan(0.5);
  const short = mlsec.attack(model, inputs, { method: 'pgd', mask: half.slice(1) as never });
  await expect(short).rejects.toMatchObject({ code: 'shape-mismatch', field: 'mask' });
});

it('takes what the caller counts as success, whatever the number of workers', async () => {
  // An eight, or at least nothing else than an eight is likelier than a third.
  const isEight = ({ logits }: Mlsec.Reached): boolean => logits.indexOf(Math.max(...logits)) === 8;
  const results = [];
  for (const workers of [1, 2]) {
    mlsec.configure({ workers });
    const seen = new Set<number>();
    const result = await mlsec.attack(model, inputs, {
      method: 'pgd',
      labels,
      targets: labels.map(() => 8),
      epsilon: 0.4,
      predicate(reached) {
        seen.add(reached.sample);
        expect(reached.input.length).toBe(size);
        expect(reached.logits.length).toBe(10);
        return isEight(reached);
      },
    } as Mlsec.AttackOptions);
    expect(seen.size).toBe(rows);
    results.push(result);
  }
  const [one, two] = results as [Mlsec.AttackResult, Mlsec.AttackResult];
  expect(two.adversarials.data).toEqual(one.adversarials.data);
  const { labels: after } = await model.predict(one.adversarials);
  for (const [row, success] of one.success.entries()) if (success) expect(after[row]).toBe(8);
  expect(one.success.filter(Boolean).length).toBeGreaterThan(rows / 2);

  const failing = mlsec.attack(model, inputs, {
    method: 'pgd',
    predicate() {
      throw new Error('not today');
    },
  });
  await expect(failing).rejects.toThrow('not today');
  await expect(mlsec.attack(model, inputs, { method: 'pgd', predicate: (() => 1) as never })).rejects.toMatchObject({
    field: 'predicate',
  });
  expect((await mlsec.attack(model, inputs, { method: 'fgsm' })).status.length).toBe(rows);
});

it('keeps the nearest of several attacks', async () => {
  const options = { labels, norm: 'l2' } as const;
  const attacks = [
    { method: 'fgsm', norm: 'l2', epsilon: 3 },
    { method: 'deepfool', norm: 'l2' },
  ] as const;
  const best = await mlsec.attack.best(model, inputs, attacks, options);
  const alone = [];
  for (const own of attacks) alone.push(await mlsec.attack(model, inputs, { labels, ...own } as Mlsec.AttackOptions));
  for (let row = 0; row < rows; row++) {
    const found = alone.filter(({ success }) => success[row]).map(({ distances }) => distances.l2[row] as number);
    expect(best.success[row]).toBe(found.length > 0);
    if (found.length > 0) expect(best.distances.l2[row]).toBe(Math.min(...found));
    const spent = alone.reduce((sum, { queries }) => sum + (queries[row] as number), 0);
    if (best.status[row] !== 'already-misclassified') expect(best.queries[row]).toBe(spent);
  }
  expect(best.attack.filter((_, row) => best.success[row]).every((index) => index === 1)).toBe(true);
});

it('goes on with what withstood where all attacks keep to an epsilon', async () => {
  const best = await mlsec.attack
    .best(
      model,
      inputs,
      ['noise', { method: 'fgsm' }, 'pgd'] as never,
      {
        labels,
        epsilon: 0.1,
      } as never,
    )
    .catch((error) => error);
  // There is no attack of that name.
  expect(best).toMatchObject({ code: 'unknown-name', field: 'attacks[0]' });
  const both = await mlsec.attack.best(model, inputs, ['fgsm', 'pgd'], { labels, epsilon: 0.1 } as never);
  const [fgsm, pgd] = [
    await mlsec.attack(model, inputs, { method: 'fgsm', labels, epsilon: 0.1 }),
    await mlsec.attack(model, inputs, { method: 'pgd', labels, epsilon: 0.1 }),
  ];
  for (let row = 0; row < rows; row++) {
    if (fgsm.success[row]) {
      expect(both.attack[row]).toBe(0);
      expect(both.queries[row]).toBe(fgsm.queries[row]);
    } else if (fgsm.status[row] !== 'already-misclassified') {
      expect(both.queries[row]).toBeGreaterThan(fgsm.queries[row] as number);
    }
  }
  expect(both.summary.robustAccuracy).toBeLessThanOrEqual(
    Math.min(fgsm.summary.robustAccuracy, pgd.summary.robustAccuracy) + 0.1,
  );
  const wrong = mlsec.attack.best(model, inputs, ['fgsm', { method: 'pgd', steps: 0 }], { labels });
  await expect(wrong).rejects.toMatchObject({ field: 'attacks[1].steps' });
});

it('shares work between epsilons', async () => {
  const epsilons = [0.2, 0.05, 0.1];
  const curve = await mlsec.attack.atEpsilons(model, inputs, { method: 'fgsm', labels, epsilons });
  expect(curve.epsilons).toEqual([0.05, 0.1, 0.2]);
  const broken = new Array(rows).fill(false);
  for (const [index, epsilon] of curve.epsilons.entries()) {
    const alone = await mlsec.attack(model, inputs, { method: 'fgsm', labels, epsilon });
    const result = curve.results[index] as Mlsec.AttackResult;
    for (let row = 0; row < rows; row++) {
      // What was broken before costs nothing more.
      if (broken[row]) expect(result.queries[row]).toBe(0);
      broken[row] ||= alone.success[row];
      expect(result.success[row]).toBe(broken[row]);
      if (result.success[row]) expect(result.distances.linf[row]).toBeLessThanOrEqual(epsilon);
    }
  }
  const nearest = await mlsec.attack(model, inputs, { method: 'deepfool', labels });
  const smallest = await mlsec.attack.atEpsilons(model, inputs, { method: 'deepfool', labels, epsilons: [0.5, 1] });
  for (const [index, epsilon] of smallest.epsilons.entries()) {
    const result = smallest.results[index] as Mlsec.AttackResult;
    const within = nearest.success.map((success, row) => success && (nearest.distances.l2[row] as number) <= epsilon);
    expect(result.success).toEqual(within);
  }
});
