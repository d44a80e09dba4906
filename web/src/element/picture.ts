import { digitShape, type ImageShape, sameImages } from './image_shape.js';

/** How a picture becomes an image as the network knows them. */
export interface PictureSettings {
  /** The middle of it, in the proportions of the network's images, or all of it with a border. */
  crop: 'middle' | 'whole';
  /** Light becomes dark and dark light. */
  exchanged: boolean;
  /** The darkest pixel becomes black, the lightest white. */
  stretched: boolean;
}

/** A picture before it is made small. */
export interface Picture {
  name: string;
  /** As it came. */
  width: number;
  height: number;
  /** Large enough for what is made of it. */
  bitmap: ImageBitmap;
}

/** A picture in a file: decoded and made smaller beside the page's own thread. Rejects where it is none. */
export async function openPicture(file: Blob): Promise<Pick<Picture, 'width' | 'height' | 'bitmap'>> {
  const whole = await createImageBitmap(file);
  const { width, height } = whole;
  const scale = shorterSide / Math.min(width, height);
  if (scale >= 1) return { width, height, bitmap: whole };
  whole.close();
  const [resizeWidth, resizeHeight] = [Math.round(scale * width), Math.round(scale * height)];
  return { width, height, bitmap: await createImageBitmap(file, { resizeWidth, resizeHeight, resizeQuality: 'high' }) };
}

/** As much as the largest images of networks have. */
const shorterSide = 512;

/** Small images are drawn eight times larger than they are, and then averaged. */
function timesFor({ width, height }: ImageShape): number {
  return Math.max(width, height) > 64 ? 1 : 8;
}

/** Width and height of what is averaged to an image of that shape. */
export function rasterSize(shape: ImageShape): [width: number, height: number] {
  const times = timesFor(shape);
  return [times * shape.width, times * shape.height];
}

/** The picture as the network's images are, pixel after pixel a byte a channel. */
export function networkImage(bitmap: ImageBitmap, settings: PictureSettings, shape = digitShape): Uint8Array {
  const { data } = rasterOf(bitmap, settings.crop, shape);
  const values = shape.channels === 1 ? greyOf(data, shape) : coloursOf(data, shape);
  return adjusted(values, settings);
}

/**
 * How a picture is best taken at first: the networks here have learned from light things on black. One of just the
 * right size was made for them; what a visitor's network has learned from nobody knows.
 */
export function settingsFor(bitmap: ImageBitmap, shape = digitShape): PictureSettings {
  const fits = bitmap.width === shape.width && bitmap.height === shape.height;
  if (fits || !sameImages(shape, digitShape)) return { crop: 'middle', exchanged: false, stretched: false };
  const { data } = rasterOf(bitmap, 'middle', shape);
  return { crop: 'middle', exchanged: borderOf(greyOf(data), shape.width) > 127.5, stretched: true };
}

/** Whether it has colours to lose. */
export function isColourful(bitmap: ImageBitmap): boolean {
  const { data } = rasterOf(bitmap, 'whole', digitShape);
  for (let at = 0; at < data.length; at += 4) {
    const colour = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    if (Math.max(...colour) - Math.min(...colour) > 8) return true;
  }
  return false;
}

/** The part that counts, in the proportions of the network's images; what is beside the picture has the colour of its edge. */
function rasterOf(bitmap: ImageBitmap, crop: PictureSettings['crop'], shape: ImageShape): ImageData {
  const [across, down] = rasterSize(shape);
  const canvas = new OffscreenCanvas(across, down);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.fillStyle = crop === 'whole' ? edgeColour(bitmap) : '#000';
  context.fillRect(0, 0, across, down);
  const { width, height } = bitmap;
  const scale = Math[crop === 'middle' ? 'max' : 'min'](across / width, down / height);
  // Pixels that become larger keep their edges, so an image of the network's size comes through as it is.
  context.imageSmoothingEnabled = scale < 1;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (across - scale * width) / 2, (down - scale * height) / 2, scale * width, scale * height);
  return context.getImageData(0, 0, across, down);
}

/** Each pixel the mean of the square it covers, in the weights of red, green and blue that ITU-R BT.601 gives to brightness. */
export function greyOf(raster: Uint8ClampedArray, shape = digitShape): Float32Array {
  const [red, green, blue] = [0, 1, 2].map((channel) => channelOf(raster, channel, shape)) as Three<Float32Array>;
  return red.map((value, at) => 0.299 * value + 0.587 * (green[at] as number) + 0.114 * (blue[at] as number));
}

type Three<T> = [T, T, T];

/** Each channel of a pixel the mean of the square it covers. */
export function coloursOf(raster: Uint8ClampedArray, shape: ImageShape): Float32Array {
  const { channels } = shape;
  const colours = new Float32Array(shape.width * shape.height * channels);
  for (let channel = 0; channel < channels; channel++) {
    const values = channelOf(raster, channel, shape);
    for (let at = 0; at < values.length; at++) colours[at * channels + channel] = values[at] as number;
  }
  return colours;
}

function channelOf(raster: Uint8ClampedArray, channel: number, shape: ImageShape): Float32Array {
  const { width, height } = shape;
  const times = timesFor(shape);
  const means = new Float32Array(width * height);
  for (let y = 0, at = channel; y < times * height; y++) {
    const row = Math.floor(y / times) * width;
    for (let x = 0; x < times * width; x++, at += 4) {
      const pixel = row + Math.floor(x / times);
      means[pixel] = (means[pixel] as number) + (raster[at] as number) / (times * times);
    }
  }
  return means;
}

/** With light and dark exchanged, and with the contrast stretched, where that is wanted. */
export function adjusted(grey: Float32Array, settings: Pick<PictureSettings, 'exchanged' | 'stretched'>): Uint8Array {
  if (!settings.exchanged && !settings.stretched) return rounded(grey);
  const turned = settings.exchanged ? grey.map((value) => 255 - value) : grey;
  const [least, most] = turned.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [255, 0]);
  // Of one shade alone there is no contrast to stretch.
  const stretch = settings.stretched && most - least >= 1;
  return rounded(stretch ? turned.map((value) => (255 * (value - least)) / (most - least)) : turned);
}

function rounded(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Math.round(values[at] as number);
  return bytes;
}

/** The mean colour along the edge of a picture. */
function edgeColour(bitmap: ImageBitmap): string {
  const size = 16;
  const context = new OffscreenCanvas(size, size).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  const edge = [...Array(size * size).keys()].filter((at) => isOutermost(at, size));
  const mean = (channel: number) => edge.reduce((sum, at) => sum + (data[4 * at + channel] as number), 0) / edge.length;
  return `rgb(${Math.round(mean(0))} ${Math.round(mean(1))} ${Math.round(mean(2))})`;
}

function isOutermost(at: number, size: number): boolean {
  const [x, y] = [at % size, Math.floor(at / size)];
  return x === 0 || y === 0 || x === size - 1 || y === size - 1;
}

/** The mean of the outermost pixels. */
function borderOf(grey: Float32Array, side: number): number {
  const border = [...grey.keys()].filter((index) => isOutermost(index, side));
  return border.reduce((sum, index) => sum + (grey[index] as number), 0) / border.length;
}
