import { side } from './digit.js';

/** How a picture becomes an image as the network knows them. */
export interface PictureSettings {
  /** The middle square of it, or all of it with a border. */
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
  /** True where it has colours to lose. */
  colourful: boolean;
}

/** A picture in a file: decoded and made smaller beside the page's own thread. Rejects where it is none. */
export async function openPicture(file: Blob): Promise<Pick<Picture, 'width' | 'height' | 'bitmap'>> {
  const whole = await createImageBitmap(file);
  const { width, height } = whole;
  const scale = (2 * times * side) / Math.min(width, height);
  if (scale >= 1) return { width, height, bitmap: whole };
  whole.close();
  const [resizeWidth, resizeHeight] = [Math.round(scale * width), Math.round(scale * height)];
  return { width, height, bitmap: await createImageBitmap(file, { resizeWidth, resizeHeight, resizeQuality: 'high' }) };
}

/** A picture is drawn this many times larger than the network's images, and then averaged. */
const times = 8;

/** The picture as the network's images are: square, small, grey, a byte a pixel. */
export function networkImage(bitmap: ImageBitmap, settings: PictureSettings): Uint8Array {
  const { data } = rasterOf(bitmap, settings.crop);
  return adjusted(greyOf(data), settings);
}

/**
 * How a picture is best taken at first: the networks here have learned from light things on black. One of just the
 * right size was made for them.
 */
export function settingsFor(bitmap: ImageBitmap): PictureSettings {
  if (bitmap.width === side && bitmap.height === side) return { crop: 'middle', exchanged: false, stretched: false };
  const { data } = rasterOf(bitmap, 'middle');
  return { crop: 'middle', exchanged: borderOf(greyOf(data)) > 127.5, stretched: true };
}

export function isColourful(bitmap: ImageBitmap): boolean {
  const { data } = rasterOf(bitmap, 'whole');
  for (let at = 0; at < data.length; at += 4) {
    const colour = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    if (Math.max(...colour) - Math.min(...colour) > 8) return true;
  }
  return false;
}

/** The part that counts, in a square; what is beside the picture has the colour of its edge. */
function rasterOf(bitmap: ImageBitmap, crop: PictureSettings['crop']): ImageData {
  const size = times * side;
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.fillStyle = crop === 'whole' ? edgeColour(bitmap) : '#000';
  context.fillRect(0, 0, size, size);
  const { width, height } = bitmap;
  const scale = size / (crop === 'middle' ? Math.min(width, height) : Math.max(width, height));
  // Pixels that become larger keep their edges, so an image of the network's size comes through as it is.
  context.imageSmoothingEnabled = scale < 1;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (size - scale * width) / 2, (size - scale * height) / 2, scale * width, scale * height);
  return context.getImageData(0, 0, size, size);
}

/** Each pixel the mean of the square it covers, in the weights of red, green and blue that ITU-R BT.601 gives to brightness. */
export function greyOf(raster: Uint8ClampedArray): Float32Array {
  const grey = new Float32Array(side * side);
  for (let at = 0; at < raster.length; at += 4) {
    const [x, y] = [(at / 4) % (times * side), Math.floor(at / 4 / (times * side))];
    const pixel = Math.floor(y / times) * side + Math.floor(x / times);
    const brightness =
      0.299 * (raster[at] as number) + 0.587 * (raster[at + 1] as number) + 0.114 * (raster[at + 2] as number);
    grey[pixel] = (grey[pixel] as number) + brightness / (times * times);
  }
  return grey;
}

/** With light and dark exchanged, and with the contrast stretched, where that is wanted. */
export function adjusted(grey: Float32Array, settings: Pick<PictureSettings, 'exchanged' | 'stretched'>): Uint8Array {
  const turned = settings.exchanged ? grey.map((value) => 255 - value) : grey;
  const [least, most] = turned.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [255, 0]);
  // Of one shade alone there is no contrast to stretch.
  const stretch = settings.stretched && most - least >= 1;
  return Uint8Array.from(turned, (value) => Math.round(stretch ? (255 * (value - least)) / (most - least) : value));
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
function borderOf(grey: Float32Array): number {
  const border = [...grey.keys()].filter((index) => isOutermost(index, side));
  return border.reduce((sum, index) => sum + (grey[index] as number), 0) / border.length;
}
