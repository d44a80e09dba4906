import type { InputSpecification } from '../core/binding.js';
import { expectType, fail } from '../error.js';
import { type ImageSource, isImage, readImage } from '../images.js';
import type { DatasetContent } from './content.js';

/** An image and its class: an index, or a name. */
export interface LabelledImage {
  image: ImageSource;
  label: number | string;
}

export interface ImageOptions {
  /** One channel instead of three. Default false. */
  grayscale?: boolean;
  /** [height, width] that every image is drawn at, where there are canvases. Default: their own, the same for all. */
  size?: readonly [number, number];
  /** Which class each index or name is. Default: the names among the labels, sorted. */
  classNames?: readonly string[];
  classes?: number;
}

/** As many bytes as all images together may have. */
const mostBytes = 1 << 30;

/** Transparent is black. */
export function fromImages(images: Iterable<LabelledImage>, options: ImageOptions): DatasetContent {
  expectType(typeof images === 'object' && images !== null && Symbol.iterator in images, 'images', 'a list');
  const { grayscale = false, classes } = options;
  const channels = grayscale ? 1 : 3;
  const pixels: Uint8ClampedArray[] = [];
  const labels: (number | string)[] = [];
  let [height = 0, width = 0] = options.size ?? [];
  for (const { image, label } of images) {
    const field = `images[${pixels.length}]`;
    expectType(isImage(image), `${field}.image`, 'ImageData, a canvas, an ImageBitmap or an image element');
    if (height === 0) [height, width] = [image.height, image.width];
    if (!options.size && (image.height !== height || image.width !== width)) {
      const extents = `${image.width} by ${image.height}, the first is ${width} by ${height}`;
      fail('shape-mismatch', `${field}.image`, `${field}.image is ${extents}; the option size has them drawn at one.`);
    }
    if ((pixels.length + 1) * height * width * channels > mostBytes) {
      fail('too-large', field, `${field} and those before have more than ${mostBytes} bytes.`);
    }
    pixels.push(readImage(image, likeModel([height, width, channels])).data);
    labels.push(label);
  }
  if (pixels.length === 0) fail('shape-mismatch', 'images', 'images must have at least one image.');
  const data = new Uint8Array(pixels.length * height * width * channels);
  for (const [index, each] of pixels.entries()) data.set(each, index * each.length);
  const classNames = options.classNames ?? namesIn(labels);
  return {
    inputs: { data, shape: [pixels.length, height, width, channels], layout: 'hwc' },
    labels: labels.map((label, index) => indexOf(label, classNames, `images[${index}].label`)),
    classes,
    classNames,
  };
}

function likeModel(shape: number[]): InputSpecification {
  return { name: '', kind: 'image', shape, layout: 'hwc', lower: 0, upper: 1 };
}

/** Undefined where labels are indices. */
function namesIn(labels: (number | string)[]): string[] | undefined {
  const names = new Set(labels.filter((label) => typeof label === 'string'));
  return names.size > 1 ? [...names].sort() : undefined;
}

function indexOf(label: number | string, names: readonly string[] | undefined, field: string): number {
  if (typeof label === 'number') return label;
  const index = names ? names.indexOf(label) : 0;
  if (index < 0)
    fail('unknown-name', field, `${field}: no class is called '${label}'; there are ${names?.join(', ')}.`);
  return index;
}
