import type { Patch } from 'mlsec/universal';
import { remembered } from '../../../web/src/element/view/remembered.js';

/** The patch alone; what lies in the corners of a round one is seen through. */
export const paintPatch = remembered(({ data, shape, form, input }: Patch): ImageData => {
  const [side = 1, , channels = 1] = shape;
  const { lower, upper } = input;
  const image = new ImageData(side, side);
  const byte = (value: number) => Math.round((255 * (value - lower)) / (upper - lower));
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const place = row * side + column;
      const [down, right] = [row - (side - 1) / 2, column - (side - 1) / 2];
      const seen = form === 'square' || down * down + right * right <= (side * side) / 4;
      const channel = (index: number) => byte(data[place * channels + Math.min(index, channels - 1)] ?? 0);
      image.data.set([channel(0), channel(1), channel(2), seen ? 255 : 0], 4 * place);
    }
  }
  return image;
});

/** The patch as a PNG, each of its pixels a square of many. */
export async function patchAsPng(patch: Patch): Promise<Blob> {
  const picture = paintPatch(patch);
  const small = new OffscreenCanvas(picture.width, picture.height);
  small.getContext('2d')?.putImageData(picture, 0, 0);
  const size = picture.width * Math.ceil(1000 / picture.width);
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, size, size);
  return canvas.convertToBlob({ type: 'image/png' });
}
