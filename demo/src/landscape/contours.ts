/** A line from one place to another: x, y, x, y. */
export type Segment = readonly [number, number, number, number];

/**
 * Where a surface has a level, as short lines: marching squares, by which each cell of the grid is crossed or not.
 * @param values row after row, `side` each way
 * @returns places counted in cells from the first value
 */
export function contour(values: ArrayLike<number>, side: number, level: number): Segment[] {
  const segments: Segment[] = [];
  const at = (column: number, row: number) => (values[row * side + column] ?? 0) - level;
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)] as const;
      const ends = crossings(corners).map(([x, y]) => [column + x, row + y] as const);
      // Two crossings are one line; with four, corners that lie across are apart.
      for (let end = 0; end + 1 < ends.length; end += 2) {
        const [one, other] = [ends[end], ends[end + 1]] as const;
        if (one && other) segments.push([...one, ...other]);
      }
    }
  }
  return segments;
}

/** Where the sign changes along the edges of a cell, going round from its first corner. */
function crossings([a, b, c, d]: readonly [number, number, number, number]): [number, number][] {
  const found: [number, number][] = [];
  const share = (from: number, to: number) => from / (from - to);
  if (a < 0 !== b < 0) found.push([share(a, b), 0]);
  if (b < 0 !== c < 0) found.push([1, share(b, c)]);
  if (c < 0 !== d < 0) found.push([1 - share(c, d), 1]);
  if (d < 0 !== a < 0) found.push([0, 1 - share(d, a)]);
  return found;
}
