// Gradients, Jacobians and activations of the models that ship, in Node, beside what predict says.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let model: Mlsec.Model;
let inputs: Mlsec.Samples;
let labels: Int32Array;

const rows = 3;
const size = 784;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  mlsec.configure({ deterministic: true });
  model = await mlsec.load('mnist-mlp');
  const digits = await mlsec.samples('mnist');
  // Away from the bounds, so that there is room on both sides.
  const data = Float32Array.from(digits.inputs.data.slice(0, rows * size), (byte) => 0.1 + (0.8 * byte) / 255);
  inputs = { data, shape: [rows, 28, 28, 1] };
  labels = digits.labels.slice(0, rows);
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

type Loss = 'cross-entropy' | 'logit' | 'margin';

/** The losses by their definitions, in double. */
function lossOf(loss: Loss, logits: ArrayLike<number>, label: number): number {
  const all = Array.from(logits);
  const own = all[label] ?? 0;
  if (loss === 'logit') return own;
  if (loss === 'margin') return Math.max(...all.filter((_, index) => index !== label)) - own;
  const largest = Math.max(...all);
  return Math.log(all.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest - own;
}

const rowOf = (array: Float32Array, row: number, width: number) => array.subarray(row * width, (row + 1) * width);

/** What `of` makes of the logits, and its gradient to the inputs of one sample by central differences of predict. */
async function differences(row: number, of: (logits: Float32Array) => number): Promise<Float32Array> {
  // Long enough for float32, short enough to cross few bends.
  const step = 0.01;
  const sample = rowOf(inputs.data, row, size);
  const data = new Float32Array(2 * size * size);
  for (let moved = 0; moved < 2 * size; moved++) {
    data.set(sample, moved * size);
    data[moved * size + (moved >> 1)] = (sample[moved >> 1] ?? 0) + (moved % 2 === 0 ? step : -step);
  }
  const { logits } = await model.predict({ data, shape: [2 * size, 28, 28, 1] });
  const value = (moved: number) => of(rowOf(logits, moved, 10));
  return Float32Array.from(
    { length: size },
    (_, feature) => (value(2 * feature) - value(2 * feature + 1)) / (2 * step),
  );
}

const length = (values: Float32Array) => Math.hypot(...values);

describe.each<Loss>(['cross-entropy', 'logit', 'margin'])('the gradient of %s', (loss) => {
  it('is what differences of the logits say', async () => {
    const wrong = labels.map((label) => (label + 1) % 10);
    const gradient = await model.gradient(inputs, { labels: wrong, loss });
    expect(gradient.shape).toEqual([rows, ...model.info.input.shape]);
    expect(gradient.labels).toEqual(wrong);
    const { logits } = await model.predict(inputs);
    for (const [row, label] of wrong.entries()) {
      expect(gradient.losses[row]).toBeCloseTo(lossOf(loss, rowOf(logits, row, 10), label), 4);
      const expected = await differences(row, (moved) => lossOf(loss, moved, label));
      const given = rowOf(gradient.data, row, size);
      const error = length(given.map((value, feature) => value - (expected[feature] ?? 0))) / length(expected);
      expect(error).toBeLessThan(0.001);
    }
  });
});

it('Jacobians hold the gradient of every logit, and come with the logits', async () => {
  const jacobian = await model.jacobian(inputs);
  expect(jacobian.shape).toEqual([rows, 10, ...model.info.input.shape]);
  expect(jacobian.logits).toEqual((await model.predict(inputs)).logits);
  for (const label of [0, 7]) {
    const { data } = await model.gradient(inputs, { labels: Array(rows).fill(label), loss: 'logit' });
    for (let row = 0; row < rows; row++) {
      const given = rowOf(jacobian.data, row * 10 + label, size);
      const largest = given.reduce((most, value, index) => {
        return Math.max(most, Math.abs(value - (data[row * size + index] ?? 0)));
      }, 0);
      expect(largest).toBeLessThan(1e-5);
    }
  }
});

it('the last layer gives the logits, and every layer its shape', async () => {
  const { layers } = model.info;
  const { data } = await model.activation(inputs, layers.length - 1);
  expect(data).toEqual((await model.predict(inputs)).logits);
  for (const { name, shape } of layers) expect((await model.activation(inputs, name)).shape).toEqual([rows, ...shape]);
});

it('results do not depend on the number of workers', async () => {
  const many = (await mlsec.samples('mnist')).inputs;
  const some = { ...many, data: many.data.slice(0, 50 * size), shape: [50, 28, 28, 1] };
  const all = async (workers: number) => {
    mlsec.configure({ workers });
    return [await model.gradient(some), await model.jacobian(some), await model.activation(some, 1)];
  };
  expect(await all(3)).toEqual(await all(1));
});

it('mistakes are named', async () => {
  const error = (call: Promise<unknown>) => call.then(() => undefined).catch((reason) => reason);
  expect(await error(model.gradient(inputs, { labels: [0, 1, 10] }))).toMatchObject({
    code: 'out-of-range',
    field: 'labels[2]',
  });
  expect(await error(model.gradient(inputs, { loss: 'hinge' as never }))).toMatchObject({
    code: 'unknown-name',
    field: 'loss',
  });
  expect(await error(model.gradient(inputs, { epsilon: 1 } as never))).toMatchObject({ code: 'unknown-option' });
  expect(await error(model.activation(inputs, 99))).toMatchObject({ code: 'out-of-range', field: 'layer' });
  expect(await error(model.jacobian(inputs.data.map(() => 2)))).toMatchObject({ code: 'out-of-range' });
  const callback = await mlsec.modelFrom(({ shape: [count = 0] }) => new Float32Array(count * 2), {
    shape: [4],
    classes: 2,
  });
  for (const call of [callback.gradient([0, 0, 0, 0]), callback.jacobian([0, 0, 0, 0])]) {
    const refusal = await error(call);
    expect(refusal).toMatchObject({ code: 'unsupported', field: 'model' });
    expect(refusal.message).toContain('gradient');
  }
  expect((await error(callback.activation([0, 0, 0, 0], 0))).message).toContain('activations');
  callback.dispose();
});
