import { shades, side } from './digit.js';

/** The data set's digits fill a square of this side. */
const boxSide = 20;

/**
 * A drawing as the data set has its digits: scaled to fit a square of 20 pixels, its centre of mass in the middle.
 * @param ink 0 to 255 a pixel, `width` pixels a row
 * @returns a byte a pixel, or undefined where there is no ink
 */
export function digitFrom(ink: Uint8Array, width: number): Uint8Array | undefined {
  const found = extentOf(ink, width);
  if (!found) return undefined;
  const scale = Math.min(1, boxSide / found.size);
  const sums = new Float64Array(side * side);
  const place = (position: number, centre: number) => side / 2 + (position - centre) * scale;
  ink.forEach((value, index) => {
    if (value === 0) return;
    const x = place(index % width, found.x);
    const y = place(Math.floor(index / width), found.y);
    spread(sums, x, y, scale, value);
  });
  return Uint8Array.from(sums, (sum) => {
    const level = Math.round((Math.min(255, sum) / 255) * (shades - 1));
    return level * (255 / (shades - 1));
  });
}

/** Where the ink's centre of mass lies, and the longer side of the box around it. */
function extentOf(ink: Uint8Array, width: number): { x: number; y: number; size: number } | undefined {
  let [mass, sumX, sumY, left, right, top, bottom] = [
    0,
    0,
    0,
    Number.POSITIVE_INFINITY,
    -1,
    Number.POSITIVE_INFINITY,
    -1,
  ];
  ink.forEach((value, index) => {
    if (value === 0) return;
    const [x, y] = [index % width, Math.floor(index / width)];
    mass += value;
    sumX += value * (x + 0.5);
    sumY += value * (y + 0.5);
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  if (mass === 0) return undefined;
  return { x: sumX / mass, y: sumY / mass, size: 1 + Math.max(right - left, bottom - top) };
}

/** Adds a small square of ink to the pixels it covers, each by the part that is covered. */
function spread(sums: Float64Array, x: number, y: number, size: number, value: number): void {
  for (let row = Math.floor(y); row < y + size; row++) {
    for (let column = Math.floor(x); column < x + size; column++) {
      if (row < 0 || row >= side || column < 0 || column >= side) continue;
      const height = Math.min(y + size, row + 1) - Math.max(y, row);
      const width = Math.min(x + size, column + 1) - Math.max(x, column);
      sums[row * side + column] = (sums[row * side + column] ?? 0) + height * width * value;
    }
  }
}
