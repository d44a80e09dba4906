import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Dataset, type DatasetContent } from '../../web/src/data.js';
import { attack, close, MlsecError, train } from '../../web/src/index.js';
import { fakeOptions, loadFake, useFakeCore } from './fake.js';

beforeEach(() => useFakeCore());
afterAll(close);

/** `rows` samples of two bytes, the first of which is the index; labels go round. */
function numbered(rows: number, classes = 3): Dataset {
  const data = Uint8Array.from({ length: rows * 2 }, (_, index) => (index % 2 === 0 ? index / 2 : 7));
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  return new Dataset({ inputs: { data, shape: [rows, 2] }, labels, classes });
}

/** The indices of the samples of a numbered data set, with a check of everything that goes with them. */
function indicesOf(dataset: Dataset, classes = 3): number[] {
  const { data, shape } = dataset.inputs;
  expect(shape).toEqual([dataset.length, 2]);
  expect(data.length).toBe(dataset.length * 2);
  const indices = Array.from({ length: dataset.length }, (_, row) => data[row * 2] as number);
  expect([...(dataset.labels as Int32Array)]).toEqual(indices.map((index) => index % classes));
  return indices;
}

const range = (length: number) => Array.from({ length }, (_, index) => index);
const sorted = (values: number[]) => [...values].sort((a, b) => a - b);

describe('a data set', () => {
  it('keeps bytes as bytes and makes floats of other numbers', () => {
    const bytes = Uint8Array.from([1, 2]);
    expect(new Dataset({ inputs: { data: bytes, shape: [2, 1] }, labels: [0, 1] }).inputs.data).toBe(bytes);
    const clamped = new Dataset({ inputs: { data: Uint8ClampedArray.from(bytes), shape: [2, 1] }, labels: [0, 1] });
    expect(clamped.inputs.data).toEqual(bytes);
    const floats = new Dataset({ inputs: { data: [0.5, 2], shape: [2, 1] }, labels: [0, 1] });
    expect(floats.inputs.data).toEqual(Float32Array.from([0.5, 2]));
    expect(floats.shape).toEqual([1]);
    expect(floats.length).toBe(2);
  });

  it('puts channels last', () => {
    const data = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const { inputs, shape } = new Dataset({ inputs: { data, shape: [1, 2, 2, 3], layout: 'chw' }, labels: [0] });
    expect(shape).toEqual([2, 3, 2]);
    expect(inputs.layout).toBe('hwc');
    expect([...inputs.data]).toEqual([1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 6, 12]);
  });

  it('counts classes by labels, names or what is said', () => {
    const inputs = { data: [1, 2, 3], shape: [3, 1] };
    expect(new Dataset({ inputs, labels: [0, 3, 1] }).classes).toBe(4);
    expect(new Dataset({ inputs, labels: [0, 0, 0] }).classes).toBe(2);
    const named = new Dataset({ inputs, labels: [0, 2, 0], classNames: ['a', 'b', 'c'] });
    expect(named.classes).toBe(3);
    expect([...named.countsOfClasses()]).toEqual([2, 0, 1]);
    expect(named.warnings).toEqual(["There is no sample of class 1 ('b')."]);
    expect(numbered(3).warnings).toEqual([]);
  });

  it('holds targets instead of labels', () => {
    const dataset = new Dataset({ inputs: { data: [1, 2, 3], shape: [3, 1] }, targets: [1, 2, 3, 4, 5, 6] });
    expect(dataset.targetSize).toBe(2);
    expect(dataset.labels).toBeUndefined();
    expect(dataset.classes).toBe(0);
    expect([...(dataset.take([2, 0]).targets as Float32Array)]).toEqual([5, 6, 1, 2]);
    expect(() => dataset.countsOfClasses()).toThrow(/needs labels/);
    expect(() => dataset.split(0.5, { stratified: true })).toThrow(/needs labels/);
  });

  it('never changes', () => {
    const dataset = numbered(4);
    expect(() => Object.assign(dataset, { classes: 7 })).toThrow(TypeError);
    expect(() => Object.assign(dataset.inputs, { shape: [] })).toThrow(TypeError);
  });

  const inputs = { data: [1, 2, 3, 4], shape: [2, 2] };
  it.each<[object, string, string]>([
    [{ labels: [0, 1] }, 'wrong-type', 'inputs'],
    [{ inputs }, 'wrong-type', 'labels'],
    [{ inputs: { data: [1, 2], shape: [2] }, labels: [0, 1] }, 'wrong-type', 'inputs.shape'],
    [{ inputs: { data: 'x', shape: [1, 1] }, labels: [0] }, 'wrong-type', 'inputs.data'],
    [{ inputs: { data: [1, 2, 3], shape: [2, 2] }, labels: [0, 1] }, 'shape-mismatch', 'inputs'],
    [{ inputs: { data: [], shape: [0, 2] }, labels: [] }, 'shape-mismatch', 'inputs'],
    [{ inputs: { data: [1, Number.NaN], shape: [2, 1] }, labels: [0, 1] }, 'not-finite', 'inputs[1]'],
    [{ inputs: { data: [1e39, 1], shape: [2, 1] }, labels: [0, 1] }, 'not-finite', 'inputs[0]'],
    [{ inputs, labels: [0] }, 'shape-mismatch', 'labels'],
    [{ inputs, labels: [0, 1.5] }, 'wrong-type', 'labels[1]'],
    [{ inputs, labels: [0, -1] }, 'out-of-range', 'labels[1]'],
    [{ inputs, labels: [0, 3], classes: 3 }, 'out-of-range', 'labels[1]'],
    [{ inputs, labels: [0, 2], classNames: ['a', 'b'] }, 'out-of-range', 'labels[1]'],
    [{ inputs, labels: [0, 1], classes: 3, classNames: ['a', 'b'] }, 'shape-mismatch', 'classNames'],
    [{ inputs, labels: [0, 1], classes: 1 }, 'out-of-range', 'classes'],
    [{ inputs, labels: [0, 1], classNames: 'ab' }, 'wrong-type', 'classNames'],
    [{ inputs, targets: [1, 2, 3] }, 'shape-mismatch', 'targets'],
    [{ inputs, targets: [1, Number.POSITIVE_INFINITY] }, 'not-finite', 'targets[1]'],
    [{ inputs, labels: [0, 1], featureNames: ['a'] }, 'shape-mismatch', 'featureNames'],
    [{ inputs, labels: [0, 1], groups: [{ first: 1, count: 2 }] }, 'out-of-range', 'groups[0]'],
  ])('is refused by the member at fault: %j', (content, code, field) => {
    let caught: unknown;
    try {
      new Dataset(content as DatasetContent);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(MlsecError);
    expect(caught).toMatchObject({ code, field });
    expect((caught as Error).message).toContain(field);
  });
});

describe('parts', () => {
  it('are what they are asked for', () => {
    const dataset = numbered(10);
    expect(indicesOf(dataset.slice(2, 5))).toEqual([2, 3, 4]);
    expect(indicesOf(dataset.slice(8))).toEqual([8, 9]);
    expect(indicesOf(dataset.take([9, 0, 0]))).toEqual([9, 0, 0]);
    expect(indicesOf(dataset.slice(2).take([1, 0]).slice(1))).toEqual([2]);
    expect([...dataset.batches(4)].map((batch) => indicesOf(batch))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(indicesOf(dataset.slice(0, 2).concat(dataset.slice(5, 6), dataset.slice(9)))).toEqual([0, 1, 5, 9]);
  });

  it('are the same for the same seed, and others for another', () => {
    const dataset = numbered(50);
    const orders = [0, 1, 2].map((seed) => indicesOf(dataset.shuffle(seed)));
    for (const order of orders) expect(sorted(order)).toEqual(range(50));
    expect(new Set(orders.map((order) => order.join())).size).toBe(3);
    expect(indicesOf(dataset.shuffle(1))).toEqual(orders[1]);
    // Published results rest on these.
    expect(indicesOf(numbered(8).shuffle(1))).toMatchInlineSnapshot(`
      [
        6,
        3,
        2,
        4,
        0,
        5,
        7,
        1,
      ]
    `);
    expect(
      numbered(8)
        .split(0.5, { seed: 1 })
        .map((part) => indicesOf(part)),
    ).toMatchInlineSnapshot(`
      [
        [
          6,
          1,
          4,
          5,
        ],
        [
          7,
          2,
          0,
          3,
        ],
      ]
    `);
    expect(indicesOf(numbered(8).subset(3, { seed: 1, stratified: true }))).toMatchInlineSnapshot(`
      [
        4,
        6,
        2,
      ]
    `);
  });

  it('of a split have every sample once', () => {
    const cases = fc.tuple(
      fc.integer({ min: 6, max: 60 }),
      fc.double({ min: 0.2, max: 0.8, noNaN: true }),
      fc.nat(),
      fc.boolean(),
    );
    fc.assert(
      fc.property(cases, ([rows, share, seed, stratified]) => {
        const dataset = numbered(rows);
        const [first, second] = dataset.split(share, { seed, stratified });
        expect(first.length).toBe(Math.round(share * rows));
        expect(sorted([...indicesOf(first), ...indicesOf(second)])).toEqual(range(rows));
        if (!stratified) return;
        const counts = dataset.countsOfClasses();
        for (const [label, count] of first.countsOfClasses().entries()) {
          expect(Math.abs(count - ((counts[label] as number) * first.length) / rows)).toBeLessThan(1);
        }
      }),
    );
  });

  it('share nothing that a caller could change by them', () => {
    const dataset = numbered(4);
    dataset.slice(0, 2).inputs.data.fill(9);
    dataset.shuffle().inputs.data.fill(9);
    expect(indicesOf(dataset)).toEqual([0, 1, 2, 3]);
  });

  it.each<[string, (dataset: Dataset) => unknown, string, string]>([
    ['an empty slice', (dataset) => dataset.slice(2, 2), 'out-of-range', 'to'],
    ['a slice beyond the end', (dataset) => dataset.slice(0, 7), 'out-of-range', 'to'],
    ['a row that is none', (dataset) => dataset.take([0, 6]), 'out-of-range', 'rows[1]'],
    ['no rows', (dataset) => dataset.take([]), 'out-of-range', 'rows'],
    ['a share of nothing', (dataset) => dataset.split(0), 'out-of-range', 'share'],
    ['a share that leaves a part empty', (dataset) => dataset.split(0.01), 'out-of-range', 'share'],
    ['more than there are', (dataset) => dataset.subset(7), 'out-of-range', 'count'],
    ['batches of none', (dataset) => [...dataset.batches(0)], 'out-of-range', 'size'],
    ['a seed that is no number', (dataset) => dataset.shuffle(0.5), 'out-of-range', 'seed'],
    ['another shape', (dataset) => dataset.concat(numbered(2, 2)), 'shape-mismatch', 'others[0]'],
    ['no data set', (dataset) => dataset.concat({} as Dataset), 'wrong-type', 'others[0]'],
    [
      'a stratified split with a class of no sample',
      (dataset) => dataset.take([0, 1, 3, 4]).split(0.5, { stratified: true }),
      'unsupported',
      'stratified',
    ],
  ])('refuse %s', (_, make, code, field) => {
    let caught: unknown;
    try {
      make(numbered(6));
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'MlsecError', code, field });
  });
});

describe('calls take it as it is', () => {
  const dataset = new Dataset({ inputs: { data: [0.5, 0.25, 0.25, 0.5], shape: [2, 2] }, labels: [1, 1] });

  it('predict, attack and train', async () => {
    const model = await loadFake();
    expect([...(await model.predict(dataset)).labels]).toEqual([0, 1]);
    expect([...(await attack(model, dataset, fakeOptions({ method: 'shift' }))).labels]).toEqual([1, 1]);
    const trained = await train({ input: [2], layers: [] }, dataset.shuffle(1), { epochs: 1 });
    expect(trained.info.output.classes).toBe(2);
  });

  it('without labels, as samples', async () => {
    const model = await loadFake();
    const numbers = new Dataset({ inputs: dataset.inputs, targets: [1, 2] });
    expect((await attack(model, numbers, fakeOptions({ method: 'shift' }))).labelsFromModel).toBe(true);
    expect((await train({ input: [2], layers: [] }, numbers)).info.output.classes).toBe(1);
  });
});
