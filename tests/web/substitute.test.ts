import { expect, it } from 'vitest';
import type { InputSpecification } from '../../web/src/core/binding.js';
import { readSamples } from '../../web/src/inputs.js';
import { augmented, joined, reservoir, rowsOf } from '../../web/src/substitute/augment.js';
import { channelsLast, inputsOf } from '../../web/src/substitute/form.js';

const samples = { data: Float32Array.from([0, 0.5, 1, 0.2, 0.4, 0.6]), shape: [3, 2] };

it('moves each feature a step along the sign of its slope, and keeps it to the bounds', () => {
  const rows = Uint32Array.of(0, 2);
  const moved = augmented(samples, rows, Float32Array.of(-3, 0, 1e-9, 5), 0.25, { lower: 0, upper: 0.75 });
  expect(moved.shape).toEqual([2, 2]);
  expect([...moved.data]).toEqual([0, 0.5, Math.fround(Math.fround(0.4) + 0.25), 0.75]);
  const back = augmented(samples, rows, Float32Array.of(-3, 0, 1e-9, 5), -0.25, { lower: 0, upper: 0.75 });
  expect([...back.data]).toEqual([
    0.25,
    0.5,
    Math.fround(Math.fround(0.4) - 0.25),
    Math.fround(Math.fround(0.6) - 0.25),
  ]);
});

it('takes rows out and puts samples together', () => {
  const some = rowsOf(samples, Uint32Array.of(2, 0));
  expect(some).toEqual({ data: Float32Array.of(0.4, 0.6, 0, 0.5), shape: [2, 2] });
  expect(joined(some, rowsOf(samples, Uint32Array.of(1)))).toEqual({
    data: Float32Array.of(0.4, 0.6, 0, 0.5, 1, 0.2),
    shape: [3, 2],
  });
});

it('draws every row into the reservoir equally often, and each at most once', () => {
  const counts = new Array(10).fill(0);
  const draws = 3000;
  for (let round = 0; round < draws; round++) {
    const rows = reservoir(10, 3, 7, round);
    expect(new Set(rows).size).toBe(3);
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
    for (const row of rows) counts[row]++;
  }
  // Binomial: a standard deviation of 25.
  for (const count of counts) expect(Math.abs(count - draws * 0.3)).toBeLessThan(4 * 25);
  expect([...reservoir(2, 5, 7, 1)]).toEqual([0, 1]);
});

it('gives images to the substitute with channels last, and back to the victim as it has them', () => {
  const input: InputSpecification = {
    name: 'x',
    kind: 'image',
    shape: [2, 2, 3],
    layout: 'chw',
    lower: 0,
    upper: 1,
  };
  const image = { data: Float32Array.from({ length: 24 }, (_, index) => index / 24), shape: [2, 2, 2, 3] };
  const inside = channelsLast(image, input);
  expect(inside.shape).toEqual([2, 2, 3, 2]);
  expect([...inside.data.subarray(0, 4)]).toEqual([0, 6, 1, 7].map((index) => Math.fround(index / 24)));
  expect(readSamples(inputsOf(inside), input)).toEqual(image);
  const flat = { ...input, kind: 'vector' as const, shape: [12], layout: 'flat' as const };
  expect(channelsLast({ data: image.data, shape: [2, 12] }, flat).shape).toEqual([2, 12]);
});
