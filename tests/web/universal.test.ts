import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { close, diagnostics } from '../../web/src/index.js';
import {
  applyPatch,
  applyPerturbation,
  measureUniversal,
  type Patch,
  type UniversalOptions,
  type UniversalPerturbation,
  type UniversalProgress,
  universal,
} from '../../web/src/universal.js';
import { errorOf, fakeInputs, loadFake, useFakeCore } from './fake.js';

const image = (shape: number[], layout: 'hwc' | 'chw') =>
  ({ name: 'input', kind: 'image', shape, layout, lower: 0, upper: 1 }) as const;

/** Of 3 x 3 pixels, 1 to 9. */
const patch: Patch = {
  kind: 'patch',
  data: Float32Array.from({ length: 9 }, (_, index) => index + 1),
  shape: [3, 3, 1],
  form: 'square',
  input: image([3, 3, 1], 'hwc'),
};
const black = (rows = 1) => ({ data: new Float32Array(rows * 9), shape: [rows, 3, 3, 1] });
/** Options of the fake core's attack, which no type knows. */
const optionsOf = (options: object) => options as UniversalOptions;
const errorOfCall = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return error as { code: string; field: string };
  }
  throw new Error('This should have been refused.');
};

describe('applyPatch', () => {
  it('copies whole pixels in the middle, where nothing else is said', () => {
    const { data, shape, layout } = applyPatch(black(), patch);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([shape, layout]).toEqual([[1, 3, 3, 1], 'hwc']);
  });

  it('turns counter-clockwise, in degrees', () => {
    const turned = (rotation: number) => [...applyPatch(black(), patch, { rotation }).data].map(Math.round);
    expect(turned(90)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(turned(180)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('moves and leaves the rest alone', () => {
    const { data } = applyPatch({ data: new Float32Array(9).fill(0.5), shape: [1, 3, 3, 1] }, patch, {
      row: 0,
      column: 2,
    });
    expect([...data]).toEqual([0.5, 4, 5, 0.5, 7, 8, 0.5, 0.5, 0.5]);
  });

  it('takes a place for each image', () => {
    const { data } = applyPatch(black(2), patch, [{ row: 3 }, { row: -1 }]);
    expect([...data]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 7, 8, 9, 0, 0, 0, 0, 0, 0].map(Number));
  });

  it('covers as many pixels as form and scale say, in both layouts', () => {
    const size = 40;
    const covered = (form: Patch['form'], scale: number, rotation: number, layout: 'hwc' | 'chw') => {
      const shape = layout === 'hwc' ? [size, size, 2] : [2, size, size];
      const data = new Float32Array(10 * 10 * 2).fill(1);
      const large: Patch = { kind: 'patch', data, shape: [10, 10, 2], form, input: image(shape, layout) };
      const inputs = { data: new Float32Array(size * size * 2), shape: [1, ...shape] };
      const laid = applyPatch(inputs, large, { row: 20.3, column: 19.1, scale, rotation }).data;
      return laid.filter((value) => value > 0.999).length / 2;
    };
    for (const layout of ['hwc', 'chw'] as const) {
      expect(covered('square', 1, 0, layout)).toBe(100);
      expect(covered('square', 2, 0, layout)).toBe(400);
      expect(Math.abs(covered('square', 1.5, 36, layout) / 225 - 1)).toBeLessThan(0.05);
      expect(Math.abs(covered('round', 2, 20, layout) / (100 * Math.PI) - 1)).toBeLessThan(0.04);
    }
  });

  it('refuses by name', () => {
    expect(errorOfCall(() => applyPatch(black(2), patch, [{}]))).toMatchObject({ field: 'placement' });
    expect(errorOfCall(() => applyPatch(black(), patch, { row: Number.NaN }))).toMatchObject({
      code: 'not-finite',
      field: 'placement.row',
    });
    expect(errorOfCall(() => applyPatch(black(), patch, [{ scale: 0 }]))).toMatchObject({
      field: 'placement[0].scale',
    });
    expect(errorOfCall(() => applyPatch({ data: [1, 2], shape: [1, 2] }, patch))).toMatchObject({ field: 'inputs' });
    expect(errorOfCall(() => applyPatch(black(), {} as never))).toMatchObject({ field: 'patch' });
  });
});

it('applyPerturbation adds and stays within the bounds', () => {
  const input = { name: 'input', kind: 'vector', shape: [2], layout: 'flat', lower: 0, upper: 1 } as const;
  const perturbation: UniversalPerturbation = {
    kind: 'perturbation',
    data: Float32Array.of(0.25, -0.5),
    shape: [2],
    input: { ...input, shape: [2] },
  };
  const { data, shape } = applyPerturbation(
    [
      [0.5, 0.75],
      [0.875, 0.25],
    ],
    perturbation,
  );
  expect([...data]).toEqual([0.75, 0.25, 1, 0]);
  expect(shape).toEqual([2, 2]);
  expect(errorOfCall(() => applyPerturbation([[1]], perturbation))).toMatchObject({ field: 'inputs' });
});

describe('universal', () => {
  beforeEach(() => {
    close();
    useFakeCore();
  });
  afterAll(close);

  it('runs in the pack, tells its progress and gives what measureUniversal takes', async () => {
    const model = await loadFake();
    const seen: number[][] = [];
    const inputs = { inputs: fakeInputs(10), labels: Array.from({ length: 10 }, (_, index) => index % 2) };
    const result = await universal(
      model,
      inputs,
      optionsOf({
        method: 'mean',
        onProgress: ({ done, foolingRate, perturbation }: UniversalProgress) =>
          seen.push([done, foolingRate, perturbation.data.length]),
      }),
    );
    expect(result).toMatchObject({ foolingRate: 0.5, samples: 10, queries: 5, exhausted: false });
    // Nothing is told before there is something.
    expect(seen[0]?.[0]).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual([5, 0.5, 2]);
    const perturbation = { ...result.perturbation, data: Float32Array.of(0.5, -0.5) } as UniversalPerturbation;
    const measure = await measureUniversal(model, inputs, perturbation);
    expect(measure).toMatchObject({ foolingRate: 0.5, samples: 10, cleanAccuracy: 1, accuracy: 0.5 });
    const aimed = await measureUniversal(model, fakeInputs(10), perturbation, { target: 0 });
    expect(aimed).toMatchObject({ foolingRate: 1, samples: 5, cleanAccuracy: null, accuracy: null });
  });

  it('ends when aborted, and leaves nothing behind', async () => {
    const model = await loadFake();
    const controller = new AbortController();
    const running = universal(model, fakeInputs(2), optionsOf({ method: 'endless', signal: controller.signal }));
    setTimeout(() => controller.abort('enough'), 50);
    expect(await running.catch((reason) => reason)).toBe('enough');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(new Set((await diagnostics()).liveHandles)).toEqual(new Set([1]));
  });

  it('refuses by name', async () => {
    const model = await loadFake();
    const wrong = { data: new Float32Array(3), shape: [1, 3] };
    expect(await errorOf(universal(model, wrong, optionsOf({ method: 'mean' })))).toMatchObject({ field: 'inputs' });
    expect(await errorOf(universal(model, fakeInputs(2), undefined as never))).toMatchObject({ field: 'options' });
    const pattern = (await universal(model, fakeInputs(2), optionsOf({ method: 'mean' }))).perturbation;
    expect(await errorOf(measureUniversal(model, fakeInputs(2), pattern, { target: 2 }))).toMatchObject({
      field: 'target',
    });
    expect(await errorOf(measureUniversal(model, fakeInputs(2), {} as never))).toMatchObject({ field: 'pattern' });
  });
});
