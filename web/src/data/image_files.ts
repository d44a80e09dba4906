// PNG and JPEG files as pixels. Bundled into a file of its own, which is loaded when a folder is read.
import { convertIndexedToRgb, type DecodedPng, decode as decodePng } from 'fast-png';
import { decode as decodeJpeg } from 'jpeg-js';

/** As ImageData: red, green, blue and alpha for each pixel. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** What an image may have at most. */
const mostPixels = 1 << 26;

/** @throws Error where the file is damaged or something else, RangeError where the image is too large. */
export function decodeImage(file: Uint8Array): Pixels {
  return file[0] === 0x89 ? fromPng(file) : fromJpeg(file);
}

function fromJpeg(file: Uint8Array): Pixels {
  const { width, height, data } = decodeJpeg(file, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: mostPixels / 1e6,
    maxMemoryUsageInMB: 2048,
  });
  return { width, height, data: new Uint8ClampedArray(data) };
}

function fromPng(file: Uint8Array): Pixels {
  // The first chunk holds the extents: they are looked at before anything is unpacked.
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 33) throw new Error('it is cut short');
  if (view.getUint32(16) * view.getUint32(20) > mostPixels)
    throw new RangeError(`it has more than ${mostPixels} pixels`);
  const png = decodePng(file, { checkCrc: true });
  const { width, height } = png;
  const { values, channels, largest } = samplesOf(png);
  const transparent = png.palette ? undefined : png.transparency;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const value = (channel: number) => values[pixel * channels + channel] as number;
    const colors = channels < 3 ? [value(0), value(0), value(0)] : [value(0), value(1), value(2)];
    const hasAlpha = channels === 2 || channels === 4;
    const isTransparent =
      transparent && colors.every((color, index) => color === transparent[channels < 3 ? 0 : index]);
    const alpha = hasAlpha ? value(channels - 1) : isTransparent ? 0 : largest;
    data.set(
      [...colors, alpha].map((each) => (each * 255) / largest),
      pixel * 4,
    );
  }
  return { width, height, data };
}

/** A number for each channel of each pixel, whatever the file packs them into. */
function samplesOf(png: DecodedPng): { values: ArrayLike<number>; channels: number; largest: number } {
  if (png.palette) {
    const values = convertIndexedToRgb(png);
    return { values, channels: values.length / (png.width * png.height), largest: 255 };
  }
  const { data, depth, width, height, channels } = png;
  if (depth >= 8) return { values: data, channels, largest: depth === 16 ? 65535 : 255 };
  // Grey of less than 8 bits: rows begin at whole bytes, the leftmost pixel in the upper bits.
  const bytesEach = Math.ceil((width * depth) / 8);
  const largest = (1 << depth) - 1;
  const values = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = data[row * bytesEach + (bit >> 3)] as number;
      values[row * width + column] = (byte >> (8 - depth - (bit & 7))) & largest;
    }
  }
  return { values, channels: 1, largest };
}
