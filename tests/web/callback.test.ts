import { afterAll, beforeEach, expect, it } from 'vitest';
import { attack, close, modelFrom } from '../../web/src/index.js';
import { errorOf, fakeInputs, fakeOptions, useFakeCore } from './fake.js';

beforeEach(() => useFakeCore());
afterAll(close);

const specification = { shape: [2], classes: 2 };

it('a callback gets batches with their shape and is asked by attacks', async () => {
  const shapes: number[][] = [];
  const model = await modelFrom(async ({ data, shape }) => {
    shapes.push(shape);
    return data.slice();
  }, specification);
  const result = await attack(model, fakeInputs(40), fakeOptions({ method: 'shift' }));
  expect(result.success.length).toBe(40);
  expect(shapes).toEqual([
    [32, 2],
    [8, 2],
  ]);
});

it.each([
  ['rows of numbers', () => [[0, 1]]],
  ['a flat list', () => [0, 1]],
  ['a typed array', () => Float32Array.from([0, 1])],
] as const)('a callback may give %s', async (_, answer) => {
  const model = await modelFrom(answer, specification);
  const { labels, probabilities } = await model.predict(fakeInputs(1));
  expect([...labels]).toEqual([1]);
  expect((probabilities[0] ?? 0) + (probabilities[1] ?? 0)).toBeCloseTo(1);
});

it('a callback may give probabilities or labels', async () => {
  const likely = await modelFrom(() => [0.25, 0.75], { ...specification, output: 'probabilities' });
  expect((await likely.predict(fakeInputs(1))).probabilities[1]).toBeCloseTo(0.75);
  const certain = await modelFrom(() => [1], { ...specification, output: 'labels' });
  expect([...(await certain.predict(fakeInputs(1))).labels]).toEqual([1]);
});

const mistake = new Error('no connection');
it.each([
  ['throws', () => Promise.reject(mistake), 'no connection'],
  ['gives too little', () => [0], '1 numbers'],
  ['gives nothing', () => undefined as never, '0 numbers'],
  ['gives NaN', () => [0, Number.NaN], 'NaN'],
] as const)('a callback that %s fails the call and nothing else', async (_, answer, words) => {
  let good = false;
  const model = await modelFrom(({ data }) => (good ? data.slice() : answer()), specification);
  for (const call of [
    () => attack(model, fakeInputs(1), fakeOptions({ method: 'shift' })),
    () => model.predict(fakeInputs(1)),
  ]) {
    const error = await errorOf(call());
    expect(error).toMatchObject({ code: 'callback-failed', field: 'answer' });
    expect(error.message).toContain(words);
    if (words === 'no connection') expect(error.cause).toBe(mistake);
  }
  good = true;
  expect((await attack(model, fakeInputs(1), fakeOptions({ method: 'shift' }))).success.length).toBe(1);
});
