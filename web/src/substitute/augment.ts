import { purposeOf, Random } from '../data/random.js';
import type { Samples } from '../protocol.js';

/**
 * x + step sign(slope) for some rows, kept to the bounds (Papernot et al., 2017, algorithm 1, line 6).
 * @param slopes of as many rows as there are in `rows`.
 */
export function augmented(
  { data, shape }: Samples,
  rows: Uint32Array,
  slopes: Float32Array,
  step: number,
  bounds: { lower: number; upper: number },
): Samples {
  const size = slopes.length / rows.length;
  const moved = new Float32Array(slopes.length);
  for (const [place, row] of rows.entries()) {
    for (let feature = 0; feature < size; feature++) {
      const slope = slopes[place * size + feature] as number;
      const value = (data[row * size + feature] as number) + step * Math.sign(slope);
      moved[place * size + feature] = Math.min(Math.max(value, bounds.lower), bounds.upper);
    }
  }
  return { data: moved, shape: [rows.length, ...shape.slice(1)] };
}

/** `count` of the rows below `total`, each set of them equally likely: Vitter's algorithm R, 1985; in ascending order. */
export function reservoir(total: number, count: number, seed: number, round: number): Uint32Array {
  const kept = Uint32Array.from({ length: Math.min(count, total) }, (_, row) => row);
  const random = new Random(seed, round, purposeOf('reservoir'));
  for (let row = count; row < total; row++) {
    const place = random.below(row + 1);
    if (place < count) kept[place] = row;
  }
  return kept.sort();
}

/** Some rows, in a buffer of their own. */
export function rowsOf({ data, shape }: Samples, rows: Uint32Array): Samples {
  const size = data.length / (shape[0] as number);
  const chosen = new Float32Array(rows.length * size);
  for (const [place, row] of rows.entries()) chosen.set(data.subarray(row * size, (row + 1) * size), place * size);
  return { data: chosen, shape: [rows.length, ...shape.slice(1)] };
}

export function joined(one: Samples, other: Samples): Samples {
  const data = new Float32Array(one.data.length + other.data.length);
  data.set(one.data);
  data.set(other.data, one.data.length);
  return { data, shape: [(one.shape[0] as number) + (other.shape[0] as number), ...one.shape.slice(1)] };
}
