import type { InputSpecification } from './core/binding.js';
import { fail } from './error.js';

/** ImageData, a canvas, an ImageBitmap or an image element. */
export interface ImageSource {
  readonly width: number;
  readonly height: number;
}

export function isImage(value: unknown): value is ImageSource {
  return typeof value === 'object' && value !== null && 'width' in value && 'height' in value && !('shape' in value);
}

/** One image as bytes, [height, width, channels] as the model wants them. */
export function readImage(image: ImageSource, model: InputSpecification): { data: Uint8ClampedArray; shape: number[] } {
  const [height, width, channels] = extentsOf(model, image);
  const { data } = pixelsOf(image, width, height);
  const converted = new Uint8ClampedArray(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue, alpha] = data.subarray(pixel * 4, pixel * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const color = [red, green, blue].map((value) => (value * alpha) / 255) as [number, number, number];
    if (channels === 1) converted[pixel] = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2];
    else converted.set(channels === 3 ? color : [red, green, blue, alpha], pixel * channels);
  }
  return { data: converted, shape: [height, width, channels] };
}

function extentsOf({ layout, shape }: InputSpecification, image: ImageSource): [number, number, number] {
  const [a = 0, b = 0, c = 0] = shape;
  // A flat model says nothing of an image's extents: it gets the image as it is, in grey where that fits.
  const { width, height } = image;
  const extents: [number, number, number] =
    layout === 'hwc' ? [a, b, c] : layout === 'chw' ? [b, c, a] : [height, width, a / (width * height)];
  if (![1, 3, 4].includes(extents[2])) {
    fail('shape-mismatch', 'inputs', `inputs: an image of ${width} by ${height} cannot be made to fit the model.`);
  }
  return extents;
}

/** The image's pixels, red, green, blue and alpha, at that size. */
function pixelsOf(image: ImageSource, width: number, height: number): { data: Uint8ClampedArray } {
  const fits = image.width === width && image.height === height;
  if (fits && 'data' in image) return image as ImageSource & { data: Uint8ClampedArray };
  if (typeof OffscreenCanvas === 'undefined') {
    return fail('unsupported', 'inputs', `inputs: an image must be ImageData of ${width} by ${height} here.`);
  }
  let source = image as CanvasImageSource;
  if (image instanceof ImageData) {
    const canvas = new OffscreenCanvas(image.width, image.height);
    contextOf(canvas).putImageData(image, 0, 0);
    source = canvas;
  }
  const context = contextOf(new OffscreenCanvas(width, height));
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  return canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
}
