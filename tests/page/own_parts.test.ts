// Parts for networks of a visitor's that need no browser.
import fc from 'fast-check';
import { catalog } from 'mlsec/catalog';
import { describe, expect, it } from 'vitest';
import { shownClasses } from '../../web/src/element/classes.js';
import { type ImageShape, imageShapeOf, toInput, toPixels } from '../../web/src/element/image_shape.js';
import type { Reading } from '../../web/src/element/laboratory.js';
import { limitWords } from '../../web/src/element/norms.js';
import { habitIn, habits, likelyShape, loadFields, readFields } from '../../web/src/element/own/load_fields.js';
import { changesBetween } from '../../web/src/element/paint.js';
import { coloursOf, greyOf } from '../../web/src/element/picture.js';
import { remembered } from '../../web/src/element/view/remembered.js';

describe('the images of a network', () => {
  it.each([
    ['chw', [3, 12, 16], { width: 16, height: 12, channels: 3, planar: true }],
    ['hwc', [12, 16, 3], { width: 16, height: 12, channels: 3, planar: false }],
    ['hwc', [28, 28, 1], { width: 28, height: 28, channels: 1, planar: false }],
    ['chw', [4, 5, 6], { width: 6, height: 5, channels: 4, planar: true }],
    ['flat', [784], { width: 28, height: 28, channels: 1, planar: false }],
    ['flat', [64], { width: 8, height: 8, channels: 1, planar: false }],
    ['flat', [3072], { width: 32, height: 32, channels: 3, planar: false }],
    ['flat', [12, 16], { width: 16, height: 12, channels: 1, planar: false }],
    ['chw', [2, 6, 6], undefined],
    ['flat', [30], undefined],
    ['flat', [4], undefined],
    ['flat', [2, 3, 4, 5], undefined],
  ] as const)('are read off its input: %s of %j', (layout, shape, expected) => {
    expect(imageShapeOf({ layout, shape: [...shape] })).toEqual(expected);
  });

  it('are none of several inputs', () => {
    const parts = [{ name: 'one', shape: [28] }];
    expect(imageShapeOf({ layout: 'flat', shape: [784], parts })).toBeUndefined();
  });

  it('lie channel by channel, or pixel by pixel', () => {
    const pixels = Uint8Array.of(0, 51, 102, 153, 204, 255);
    const shape: ImageShape = { width: 2, height: 1, channels: 3, planar: true };
    const planar = [...toInput(pixels, shape, { lower: 0, upper: 255 })];
    expect(planar).toEqual([0, 153, 51, 204, 102, 255]);
    expect([...toInput(pixels, { ...shape, planar: false }, { lower: -1, upper: 1 })]).toEqual(
      [-1, -0.6, -0.2, 0.2, 0.6, 1].map(Math.fround),
    );
  });

  it('come back from what the network gets', () => {
    const shapes = fc.record({
      width: fc.integer({ min: 1, max: 7 }),
      height: fc.integer({ min: 1, max: 7 }),
      channels: fc.constantFrom(1 as const, 3 as const, 4 as const),
      planar: fc.boolean(),
    });
    const ranges = fc.constantFrom({ lower: 0, upper: 1 }, { lower: -1, upper: 1 }, { lower: 0, upper: 255 });
    fc.assert(
      fc.property(shapes, ranges, fc.integer(), (shape, range, start) => {
        const size = shape.width * shape.height * shape.channels;
        const pixels = Uint8Array.from({ length: size }, (_, at) => start + 37 * at);
        expect(toPixels(toInput(pixels, shape, range), shape, range)).toEqual(pixels);
      }),
    );
    const grey: ImageShape = { width: 2, height: 1, channels: 1, planar: false };
    expect([...toPixels([-0.5, 1.5], grey, { lower: 0, upper: 1 })]).toEqual([0, 255]);
  });

  it('change by shares of their range', () => {
    const [from, to] = [Float32Array.of(0, 128), Float32Array.of(51, 0)];
    const changes = changesBetween(from, to, { lower: 0, upper: 255 });
    expect([...changes]).toEqual([Math.fround(0.2), Math.fround(-128 / 255)]);
  });
});

describe('a picture', () => {
  it('keeps its colours, each channel the mean of the square that a pixel covers', () => {
    const shape: ImageShape = { width: 2, height: 1, channels: 3, planar: false };
    // Drawn eight times as large: the left half of the first pixel is red, all of the second is a blue.
    const raster = new Uint8ClampedArray(16 * 8 * 4);
    for (let at = 0; at < 16 * 8; at++)
      raster.set(at % 16 < 4 ? [200, 0, 0, 255] : at % 16 < 8 ? [0, 0, 0, 255] : [0, 10, 90, 255], 4 * at);
    expect([...coloursOf(raster, shape)]).toEqual([100, 0, 0, 0, 10, 90]);
    expect(greyOf(raster, shape)[1]).toBeCloseTo(0.587 * 10 + 0.114 * 90, 4);
    expect([...coloursOf(raster, { ...shape, channels: 4 })]).toEqual([100, 0, 0, 255, 0, 10, 90, 255]);
  });

  it('of a large network is drawn at its size', () => {
    const shape: ImageShape = { width: 80, height: 65, channels: 3, planar: false };
    const raster = new Uint8ClampedArray(80 * 65 * 4).map((_, at) => at % 251);
    const colours = coloursOf(raster, shape);
    expect([...colours.subarray(0, 6)]).toEqual([0, 1, 2, 4, 5, 6]);
    expect(colours.length).toBe(80 * 65 * 3);
  });
});

describe('options of a file', () => {
  it('are those of the catalogue, but for the name', () => {
    const names = catalog().loadOptions.map(({ name }) => name);
    expect(['name', ...loadFields().map(({ name }) => name)].sort()).toEqual(names.sort());
  });

  it('are read as people write them', () => {
    const { options, unreadable } = readFields({
      shape: '[3, 224 ×224]',
      bounds: '-1; 1',
      mean: '0.485, 0.456 0.406',
      std: ' ',
      labels: ' tench \r\n\n great white shark\n',
      layout: 'hwc',
      output: undefined,
    });
    expect(options).toEqual({
      shape: [3, 224, 224],
      bounds: [-1, 1],
      mean: [0.485, 0.456, 0.406],
      labels: ['tench', 'great white shark'],
      layout: 'hwc',
    });
    expect(unreadable).toBeUndefined();
  });

  it.each([
    ['shape', '3, 2.5, 4'],
    ['shape', 'large'],
    ['mean', '0.5, x'],
    ['bounds', ','],
    ['layout', 'sideways'],
  ])('say which of them cannot be read: %s of %s', (name, text) => {
    expect(readFields({ [name]: text }).unreadable).toBe(name);
  });

  it('are habits, one of which is in force until something else is said', () => {
    for (const [name, values] of Object.entries(habits)) {
      expect(habitIn(values)).toBe(name);
      expect(habitIn({ ...values, labels: 'a\nb' })).toBe(name);
      expect(habitIn({ ...values, mean: '0.1' })).toBeUndefined();
      expect(readFields(values).unreadable).toBeUndefined();
    }
  });

  it('guess the size of photographs where a file leaves it open', () => {
    expect(likelyShape([null, 3, null, null])).toBe('3, 224, 224');
    expect(likelyShape([null, null, null, 3])).toBe('224, 224, 3');
    expect(likelyShape([1, 3, 299, null])).toBe('3, 299, 224');
    expect(likelyShape([null, null, null, null])).toBe('3, 224, 224');
    expect(likelyShape([null, 3, 224, 224])).toBeUndefined();
    expect(likelyShape([null, null])).toBeUndefined();
  });
});

describe('classes that are shown', () => {
  const reading = (label: number, shares: [number, number][]): Reading => {
    const probabilities = new Float32Array(1000);
    for (const [index, share] of shares) probabilities[index] = share;
    return { label, probabilities };
  };

  it('are all of a few, in their order', () => {
    expect(shownClasses(10, {})).toEqual([...Array(10).keys()]);
  });

  it('are the likeliest of many, before or after, with the answers and the target among them', () => {
    const before = reading(7, [
      [7, 0.6],
      [3, 0.2],
      [900, 0.1],
      [5, 0.05],
    ]);
    const after = reading(42, [
      [42, 0.9],
      [7, 0.04],
      [3, 0.03],
    ]);
    expect(shownClasses(1000, { before, after })).toEqual([42, 7, 3, 900, 5]);
    expect(shownClasses(1000, { before, after, target: 999 })).toEqual([42, 7, 3, 900, 999]);
    expect(shownClasses(1000, { before })).toEqual([7, 3, 900, 5, 0]);
  });
});

it('limits are said in the units of the network', () => {
  const limited = { lower: 0, upper: 255, coloured: true };
  expect(limitWords('linf', 12.75, undefined, limited)).toBe(
    'No colour value of a pixel may change by more than 12.75, where black is 0 and white is 255.',
  );
  expect(limitWords('linf', 0.1)).toBe('No pixel may change by more than 0.1, where black is 0 and white is 1.');
  expect(limitWords('l0', 3, undefined, limited)).toBe('At most 3 colour values may change, as much as they like.');
});

it('what was made of an object is made once, until something else is asked', () => {
  let made = 0;
  const make = remembered((values: number[], factor: number) => {
    made++;
    return values.map((value) => value * factor);
  });
  const values = [1, 2];
  expect(make(values, 2)).toBe(make(values, 2));
  expect(made).toBe(1);
  expect(make(values, 3)).toEqual([3, 6]);
  expect(make([1, 2], 3)).toEqual([3, 6]);
  expect(made).toBe(3);
});
