/** A share of samples, with the interval that holds the true one in 95 of 100 such samples. */
export interface Share {
  count: number;
  of: number;
  value: number;
  lower: number;
  upper: number;
}

/** The normal distribution's 97.5 % quantile. */
const quantile = 1.959963984540054;

/** Wilson (1927), Probable inference, the law of succession, and statistical inference: the score interval. */
export function shareOf(count: number, of: number): Share {
  const value = count / of;
  const square = quantile ** 2 / of;
  const centre = (value + square / 2) / (1 + square);
  const half = (quantile / (1 + square)) * Math.sqrt((value * (1 - value)) / of + square / (4 * of));
  // Both ends are exact where nothing or everything is counted; rounding must not leave them beside it.
  const lower = count === 0 ? 0 : Math.max(0, centre - half);
  return { count, of, value, lower, upper: count === of ? 1 : Math.min(1, centre + half) };
}

export function meanOf(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** The median where what is infinite counts as larger than all else; null where it is infinite itself. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return Number.isFinite(median) ? median : null;
}
