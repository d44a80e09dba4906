import type { InputSpecification } from 'mlsec';
import { side } from './digit.js';

/** The size of a network's images, and how they lie among the numbers of its input. */
export interface ImageShape {
  width: number;
  height: number;
  /** Grey, or red, green and blue, or these and alpha. */
  channels: 1 | 3 | 4;
  /** Whether each channel lies by itself, one behind another; otherwise each pixel does. */
  planar: boolean;
}

/** The bounds of a value. */
export type Range = Pick<InputSpecification, 'lower' | 'upper'>;

/** That of the images that ship. */
export const digitShape: ImageShape = { width: side, height: side, channels: 1, planar: false };

export function sizeOf({ width, height, channels }: ImageShape): number {
  return width * height * channels;
}

export function sameImages(one: ImageShape, other: ImageShape): boolean {
  return (['width', 'height', 'channels'] as const).every((key) => one[key] === other[key]);
}

/** Shorter lists of numbers are hardly pixels. */
const smallestSquare = 8;

/**
 * The images that a network takes; undefined where it takes none. A list of numbers is an image where it can be a square
 * of grey or coloured pixels, 8 × 8 at least; a table of numbers is a grey one.
 */
export function imageShapeOf({
  shape,
  layout,
  parts,
}: Pick<InputSpecification, 'shape' | 'layout' | 'parts'>): ImageShape | undefined {
  if (parts) return undefined;
  const [a = 0, b = 0, c = 0] = shape;
  if (layout === 'chw') return made(c, b, a, true);
  if (layout === 'hwc') return made(b, a, c, false);
  if (shape.length === 2) return made(b, a, 1, false);
  if (shape.length !== 1) return undefined;
  const channels = Number.isInteger(Math.sqrt(a)) ? 1 : 3;
  const square = Math.sqrt(a / channels);
  return square >= smallestSquare ? made(square, square, channels, false) : undefined;
}

function made(width: number, height: number, channels: number, planar: boolean): ImageShape | undefined {
  if (!Number.isInteger(width) || (channels !== 1 && channels !== 3 && channels !== 4)) return undefined;
  return { width, height, channels, planar };
}

/** How far from one another pixels lie in a network's input, and the channels of one. */
export function stridesOf({ width, height, channels, planar }: ImageShape): [pixel: number, channel: number] {
  return planar ? [1, width * height] : [channels, 1];
}

/** An image, pixel after pixel a byte a channel, as the network takes it. */
export function toInput(pixels: Uint8Array, shape: ImageShape, { lower, upper }: Range): Float32Array {
  const [pixelStride, channelStride] = stridesOf(shape);
  const { channels } = shape;
  const input = new Float32Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = channel, to = channel * channelStride; at < pixels.length; at += channels, to += pixelStride) {
      input[to] = lower + ((upper - lower) * (pixels[at] as number)) / 255;
    }
  }
  return input;
}

/** What the network takes as an image again, rounded to bytes; what is beyond the range is at its end. */
export function toPixels(input: ArrayLike<number>, shape: ImageShape, { lower, upper }: Range): Uint8Array {
  const [pixelStride, channelStride] = stridesOf(shape);
  const { channels } = shape;
  const pixels = new Uint8ClampedArray(input.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = channel, from = channel * channelStride; at < pixels.length; at += channels, from += pixelStride) {
      pixels[at] = Math.round((255 * ((input[from] as number) - lower)) / (upper - lower));
    }
  }
  return new Uint8Array(pixels.buffer);
}
