import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { close, configure, load, MlsecError, type Model, modelFrom } from '../../web/src/index.js';
import { errorOf, fakeInputs, useFakeCore } from './fake.js';

beforeEach(() => useFakeCore());
afterAll(close);

/** Three classes over two features. */
const weights = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const rows = 70;
const any = (value: unknown) => value as never;

function loadThree(): Promise<Model> {
  return load(new TextEncoder().encode(JSON.stringify({ weights })));
}

describe.each([1, 3])('with %i workers', (workers) => {
  beforeEach(() => configure({ workers }));

  it('gradients come with shape, losses and the labels they were taken under, cut as the inputs are', async () => {
    const model = await loadThree();
    const labels = Int32Array.from({ length: rows }, (_, index) => index % 3);
    const inputs = fakeInputs(rows);
    const gradient = await model.gradient(inputs, { labels, loss: 'logit' });
    expect(gradient.shape).toEqual([rows, 2]);
    expect([...gradient.data]).toEqual([...labels].flatMap((label) => weights[label]));
    expect(gradient.labels).toEqual(labels);
    const { logits } = await model.predict(inputs);
    expect(gradient.losses).toEqual(Float32Array.from(labels, (label, row) => logits[row * 3 + label] ?? 0));
  });

  it('Jacobians have every class of every sample', async () => {
    const model = await loadThree();
    const jacobian = await model.jacobian(fakeInputs(rows));
    expect(jacobian.shape).toEqual([rows, 3, 2]);
    expect([...jacobian.data]).toEqual(Array(rows).fill(weights.flat()).flat());
    expect(jacobian.logits).toEqual((await model.predict(fakeInputs(rows))).logits);
  });

  it('a layer is chosen by index or name', async () => {
    const model = await loadThree();
    const { logits } = await model.predict(fakeInputs(rows));
    for (const layer of [0, model.info.layers[0]?.name ?? '']) {
      const activation = await model.activation(fakeInputs(rows), layer);
      expect(activation).toEqual({ data: logits, shape: [rows, 3] });
    }
  });
});

it('Jacobians of large inputs come in small pieces', async () => {
  const features = 1 << 18;
  const model = await load(new TextEncoder().encode(JSON.stringify({ weights: [Array(features).fill(1), [1]] })));
  const { shape } = await model.jacobian({ data: new Float32Array(10 * features), shape: [10, features] });
  expect(shape).toEqual([10, 2, features]);
});

describe('labels of a gradient', () => {
  it("are the model's own where none are given", async () => {
    const model = await loadThree();
    const { labels } = await model.gradient(fakeInputs(5));
    expect([...labels]).toEqual([2, 2, 2, 2, 2]);
  });

  it('come with a data set, unless options say others', async () => {
    const model = await loadThree();
    const dataset = { inputs: fakeInputs(2), labels: [1, 0] };
    expect([...(await model.gradient(dataset)).labels]).toEqual([1, 0]);
    expect([...(await model.gradient(dataset, { labels: [2, 2] })).labels]).toEqual([2, 2]);
  });
});

describe('each mistake gives one clear error that names the field', () => {
  it.each<[string, (model: Model) => Promise<unknown>, string, string]>([
    ['no inputs', (model) => model.gradient(any(undefined)), 'wrong-type', 'inputs'],
    ['NaN', (model) => model.jacobian([0, Number.NaN]), 'not-finite', 'inputs'],
    ['a wrong shape', (model) => model.activation([[1]], 0), 'shape-mismatch', 'inputs'],
    ['too few labels', (model) => model.gradient(fakeInputs(40), { labels: [0] }), 'shape-mismatch', 'labels'],
    ['half a label', (model) => model.gradient(fakeInputs(2), { labels: [0, 0.5] }), 'wrong-type', 'labels[1]'],
    ['labels that are none', (model) => model.gradient(fakeInputs(2), { labels: any(7) }), 'wrong-type', 'labels'],
    [
      'a label out of range in the second chunk',
      (model) => model.gradient(fakeInputs(40), { labels: Array(39).fill(0).concat(7) }),
      'out-of-range',
      'labels[39]',
    ],
    ['a loss that is none', (model) => model.gradient(fakeInputs(1), { loss: any(() => 1) }), 'wrong-type', 'loss'],
    ['no layer', (model) => model.activation(fakeInputs(1), any(undefined)), 'wrong-type', 'layer'],
    ['an unknown layer', (model) => model.activation(fakeInputs(1), 'score'), 'unknown-name', 'layer'],
    ['a signal that is none', (model) => model.jacobian(fakeInputs(1), { signal: any({}) }), 'wrong-type', 'signal'],
  ])('%s', async (_, call, code, field) => {
    const error = await errorOf(call(await loadThree()));
    expect(error).toBeInstanceOf(MlsecError);
    expect(error).toMatchObject({ code, field });
    expect(error.message).toContain(field.replace(/\[.*/, ''));
  });

  it('functions as models have none of it', async () => {
    const model = await modelFrom(() => [0, 0], { shape: [2], classes: 2 });
    expect(model.info.capabilities).toMatchObject({ gradient: false, activations: false });
    expect(await errorOf(model.gradient(fakeInputs(1)))).toMatchObject({ code: 'unsupported', field: 'model' });
  });

  it('aborting rejects with its reason', async () => {
    const model = await loadThree();
    const call = model.jacobian(fakeInputs(1), { signal: AbortSignal.abort(new Error('enough')) });
    expect((await errorOf(call)).message).toBe('enough');
  });
});
