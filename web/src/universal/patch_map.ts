// How a patch is laid over an image: src/attacks/patch_map.cpp of the core, for pages that move it about.
import type { PatchPlacement } from './apply.js';
import type { Patch } from './pattern.js';

/** Extents of an image and how far apart its neighbours lie, by its layout. */
export function imageOf({ input: { shape, layout } }: Patch) {
  const [a = 1, b = 1, c = 1] = shape;
  const [rows, columns, channels] = layout === 'chw' ? [b, c, a] : [a, b, c];
  return layout === 'chw'
    ? { rows, columns, channels, toRow: columns, toColumn: 1, toChannel: rows * columns }
    : { rows, columns, channels, toRow: columns * channels, toColumn: channels, toChannel: 1 };
}

/** Lays the patch over one image, in place. */
export function layPatch(patch: Patch, placement: PatchPlacement, image: Float32Array): void {
  const { rows, columns, channels, toRow, toColumn, toChannel } = imageOf(patch);
  const {
    row: middleRow = (rows - 1) / 2,
    column: middleColumn = (columns - 1) / 2,
    scale = 1,
    rotation = 0,
  } = placement;
  const [side = 1] = patch.shape;
  const sine = Math.sin((rotation * Math.PI) / 180);
  const cosine = Math.cos((rotation * Math.PI) / 180);
  const half = side / 2;
  const last = side - 1;
  const within = (value: number) => Math.min(Math.max(value, 0), last);
  // A pixel more than the patch can reach, whichever way it is turned.
  const reach = (patch.form === 'round' ? 1 : Math.SQRT2) * half * scale + 1;
  const from = (middle: number) => Math.max(0, Math.floor(middle - reach));
  const to = (middle: number, extent: number) => Math.min(extent - 1, Math.ceil(middle + reach));
  for (let row = from(middleRow); row <= to(middleRow, rows); row++) {
    for (let column = from(middleColumn); column <= to(middleColumn, columns); column++) {
      // Where this pixel lies on the patch, from its middle.
      const down = (row - middleRow) / scale;
      const right = (column - middleColumn) / scale;
      const y = cosine * down + sine * right;
      const x = cosine * right - sine * down;
      if (patch.form === 'round' ? y * y + x * x > half * half : Math.max(Math.abs(y), Math.abs(x)) > half) continue;
      const v = within(y + last / 2);
      const u = within(x + last / 2);
      const [top, left] = [Math.floor(v), Math.floor(u)];
      const [below, beside] = [Math.min(top + 1, last), Math.min(left + 1, last)];
      for (let channel = 0; channel < channels; channel++) {
        const at = (r: number, c: number) => patch.data[(r * side + c) * channels + channel] as number;
        const upper = (1 - u + left) * at(top, left) + (u - left) * at(top, beside);
        const lower = (1 - u + left) * at(below, left) + (u - left) * at(below, beside);
        image[row * toRow + column * toColumn + channel * toChannel] = (1 - v + top) * upper + (v - top) * lower;
      }
    }
  }
}
