import { describe, expect, it } from 'vitest';
import { readTrainingData } from '../../web/src/training_data.js';

/** Two samples of three features. */
const read = (data: Float32Array | Uint8Array | Uint8ClampedArray | readonly number[]) =>
  readTrainingData({ inputs: { data, shape: [2, 3] }, labels: [0, 1] }).inputs;

describe('names of classes', () => {
  const inputs = { data: new Float32Array(4), shape: [2, 2] };
  const classNames = ['no', 'perhaps', 'yes'];

  it('say how many classes there are, unless that is said', () => {
    expect(readTrainingData({ inputs, labels: [0, 1], classNames })).toMatchObject({ classes: 3, classNames });
    expect(readTrainingData({ inputs, labels: [0, 1], classNames, classes: 4 }).classes).toBe(4);
  });

  it('may be left away', () => {
    expect(readTrainingData({ inputs, labels: [0, 1] })).not.toHaveProperty('classNames');
  });

  it.each([['no'], [[0, 1]], [['no', () => 1]]])('are no %j', (wrong) => {
    const call = () => readTrainingData({ inputs, labels: [0, 1], classNames: wrong as never });
    expect(call).toThrow(expect.objectContaining({ code: 'wrong-type', field: 'classNames' }));
  });
});

describe('inputs on their way to a worker', () => {
  const floats = Float32Array.from({ length: 1000 }, (_, index) => index / 8);
  const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index);

  it.each([
    ['the beginning of floats', floats.subarray(0, 6)],
    ['the middle of floats', floats.subarray(30, 36)],
    ['the end of bytes', bytes.subarray(994)],
    ['the middle of clamped bytes', new Uint8ClampedArray(bytes.buffer, 5, 6)],
    ["part of Node's own arrays", Buffer.from(bytes.buffer, 5, 6)],
  ])('are no more than %s, where they are no more', (_, part) => {
    const inputs = read(part);
    expect([...inputs]).toEqual([...part]);
    expect(inputs.buffer.byteLength).toBe(part.byteLength);
    expect(Object.getPrototypeOf(inputs)).toBe((part instanceof Float32Array ? Float32Array : Uint8Array).prototype);
  });

  it('are not copied where they are whole arrays', () => {
    for (const whole of [new Float32Array(6), new Uint8Array(6)]) expect(read(whole)).toBe(whole);
  });

  it('may be a list of numbers', () => {
    expect(read([1, 2, 3, 4, 5, 6.5])).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6.5));
  });
});
