import type { ShippedSamples } from 'mlsec';
import { side } from '../../../web/src/element/digit.js';
import { paintGrey } from '../../../web/src/element/paint.js';
import { remembered } from '../../../web/src/element/view/remembered.js';

const tiles = new WeakMap<ShippedSamples, Map<number, ImageData>>();

const blank = new Uint8Array(side * side);

/** An image of these values. Pages are drawn with every step of what goes on in them; their images are painted once. */
export const pictureOf = remembered((values: Float32Array | Uint8Array, lower: number, upper: number) =>
  paintGrey(values, lower, upper, side),
);

/** One of the samples that ship; nothing as long as they are not there, or where there are not so many. */
export function samplePicture(samples: ShippedSamples | undefined, sample: number): ImageData {
  if (!samples || sample >= samples.labels.length) return pictureOf(blank, 0, 255);
  const known = tiles.get(samples) ?? new Map<number, ImageData>();
  tiles.set(samples, known);
  const begin = sample * side * side;
  const picture = known.get(sample) ?? paintGrey(samples.inputs.data.slice(begin, begin + side * side), 0, 255, side);
  known.set(sample, picture);
  return picture;
}
