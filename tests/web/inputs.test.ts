import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPerSample, cut, join, optionsFor } from '../../web/src/chunks.js';
import type { InputSpecification } from '../../web/src/core/binding.js';
import { readSamples } from '../../web/src/inputs.js';

const model = (layout: 'hwc' | 'chw' | 'flat', shape: number[], lower = 0, upper = 1): InputSpecification => ({
  name: 'input',
  kind: 'image',
  shape,
  layout,
  lower,
  upper,
});

describe('images', () => {
  // Two pixels: opaque red, half transparent white.
  const image = { width: 2, height: 1, data: Uint8ClampedArray.from([255, 0, 0, 255, 255, 255, 255, 128]) };

  it('become colours, interleaved or channel by channel', () => {
    const { data, shape } = readSamples(image, model('hwc', [1, 2, 3]));
    expect(shape).toEqual([1, 1, 2, 3]);
    expect([...data].map((value) => Math.round(value * 255))).toEqual([255, 0, 0, 128, 128, 128]);
    const planar = readSamples(image, model('chw', [3, 1, 2]));
    expect(planar.shape).toEqual([1, 3, 1, 2]);
    expect([...planar.data].map((value) => Math.round(value * 255))).toEqual([255, 128, 0, 128, 0, 128]);
  });

  it('become grey', () => {
    const { data } = readSamples([image, image], model('hwc', [1, 2, 1]));
    expect([...data].map((value) => Math.round(value * 255))).toEqual([76, 128, 76, 128]);
  });

  it('must have the right size where there is no canvas', () => {
    expect(() => readSamples(image, model('hwc', [28, 28, 1]))).toThrow(/28 by 28/);
  });
});

it('bytes are scaled onto the bounds', () => {
  const { data } = readSamples({ data: Uint8Array.from([0, 255]), shape: [1, 2] }, model('flat', [2], -1, 3));
  expect([...data]).toEqual([-1, 3]);
});

it('rearranging there and back changes nothing', () => {
  const extent = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(extent, extent, extent, extent, (rows, height, width, channels) => {
      const data = Float32Array.from({ length: rows * height * width * channels }, (_, index) => index);
      const given = { data, shape: [rows, height, width, channels], layout: 'hwc' as const };
      const planar = readSamples(given, model('chw', [channels, height, width]));
      const back = readSamples({ ...planar, layout: 'chw' }, model('hwc', [height, width, channels]));
      expect(back).toEqual({ data, shape: given.shape });
    }),
  );
});

describe('chunks', () => {
  it('hold every sample once, in order, at most 32 together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 64 }), (rows, workers) => {
        const data = Float32Array.from({ length: rows * 2 }, (_, index) => index);
        const chunks = cut({ data, shape: [rows, 2] }, rows, workers);
        expect(join(chunks.map(({ inputs }) => inputs.data))).toEqual(data);
        let first = 0;
        for (const chunk of chunks) {
          expect(chunk.first).toBe(first);
          expect(chunk.rows).toBeLessThanOrEqual(32);
          first += chunk.rows;
        }
      }),
    );
  });

  it('take their own entries of options with some for each sample', () => {
    const options = { labels: [1, 2, 3], targets: Int32Array.from([4, 5, 6]), starts: new Float32Array(6), epsilon: 1 };
    const shared = { mask: [1, 0], lowerBounds: [0, 1, 2, 3, 4, 5] };
    const chunk = { first: 1, rows: 2, inputs: { data: new Float32Array(), shape: [] } };
    expect(() => checkPerSample(options, 3, 2)).not.toThrow();
    expect(optionsFor(options, chunk, 3, 2)).toEqual({
      labels: [2, 3],
      targets: Int32Array.from([5, 6]),
      starts: new Float32Array(4),
      epsilon: 1,
    });
    expect(() => checkPerSample(shared, 3, 2)).not.toThrow();
    expect(optionsFor(shared, chunk, 3, 2)).toEqual({ mask: [1, 0], lowerBounds: [2, 3, 4, 5] });
    expect(() => checkPerSample({ mask: [1, 0, 1] }, 3, 2)).toThrow(/mask/);
    expect(() => checkPerSample({ starts: new Float32Array(5) }, 3, 2)).toThrow(/starts/);
  });
});
