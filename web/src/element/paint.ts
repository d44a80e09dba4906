import { type ImageShape, type Range, stridesOf } from './image_shape.js';

/** Shades of grey, from black at the lower bound to white at the upper one. */
export function paintGrey(values: ArrayLike<number>, lower: number, upper: number, width: number): ImageData {
  const shape: ImageShape = { width, height: values.length / width, channels: 1, planar: false };
  return paintImage(values, shape, lower, upper);
}

/** An image as the network takes it, in its colours. */
export function paintImage(values: ArrayLike<number>, shape: ImageShape, lower: number, upper: number): ImageData {
  const { width, height, channels } = shape;
  const image = new ImageData(width, height);
  const { data } = image;
  const scale = 255 / (upper - lower);
  const [pixelStride, channelStride] = stridesOf(shape);
  if (channels !== 4) data.fill(255);
  for (let colour = 0; colour < Math.max(3, channels); colour++) {
    // Of a grey one all colours are the same channel.
    const first = channels === 1 ? 0 : colour * channelStride;
    for (let at = colour, from = first; at < data.length; at += 4, from += pixelStride) {
      data[at] = scale * ((values[from] as number) - lower);
    }
  }
  return image;
}

/** An image pixel after pixel, a byte a channel. */
export function paintPixels(pixels: Uint8Array, shape: ImageShape): ImageData {
  return paintImage(pixels, { ...shape, planar: false }, 0, 255);
}

const lighter = [224, 96, 22] as const;
const darker = [38, 120, 200] as const;

/** Orange where a pixel becomes lighter, blue where it becomes darker, and nothing where it stays. */
export function paintChange(changes: ArrayLike<number>, amplification: number, width: number): ImageData {
  const image = new ImageData(width, changes.length / width);
  const { data } = image;
  for (let at = 0, index = 0; at < data.length; at += 4, index++) {
    const change = changes[index] as number;
    const colour = change > 0 ? lighter : darker;
    data[at] = colour[0];
    data[at + 1] = colour[1];
    data[at + 2] = colour[2];
    data[at + 3] = 255 * Math.min(1, Math.abs(change) * amplification);
  }
  return image;
}

/** How far an image is from another, as shares of the range of a value. */
export function changesBetween(from: Float32Array, to: Float32Array, { lower, upper }: Range): Float32Array {
  const changes = new Float32Array(to.length);
  for (let index = 0; index < changes.length; index++) {
    changes[index] = ((to[index] as number) - (from[index] as number)) / (upper - lower);
  }
  return changes;
}

/** Changes of an image, as shares of its range: of a grey one as `paintChange`, else a grey where nothing changes. */
export function paintChanges(changes: ArrayLike<number>, shape: ImageShape, amplification: number): ImageData {
  if (shape.channels === 1) return paintChange(changes, amplification, shape.width);
  const reach = 1 / amplification;
  const image = paintImage(changes, shape, -reach, reach);
  for (let at = 3; shape.channels === 4 && at < image.data.length; at += 4) image.data[at] = 255;
  return image;
}

/** By how much a change may be amplified. */
export const amplifications = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** The largest round factor that keeps every amplified change within [-1, 1]. */
export function amplificationFor(changes: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < changes.length; index++) {
    largest = Math.max(largest, Math.abs(changes[index] as number));
  }
  // A limit of 0.05 is a little more than that as a float.
  return amplifications.findLast((factor) => largest > 0 && factor * largest < 1.001) ?? 1;
}
