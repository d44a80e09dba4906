// Which rows of a data set go where. Everything here is a pure function of the seed.
import { fail } from '../error.js';
import { purposeOf, Random } from './random.js';

/** How rows are chosen at random. */
export interface ChoiceOptions {
  /** Another seed makes another choice; the same one always the same. Default 0. */
  seed?: number;
  /** Keep the shares of the classes, as far as whole samples can. Default false. */
  stratified?: boolean;
}

export function rowsFrom(from: number, to: number): Uint32Array {
  const rows = new Uint32Array(to - from);
  for (let place = 0; place < rows.length; place++) rows[place] = from + place;
  return rows;
}

/** 0 ... length - 1 in random order. */
export function shuffledRows(length: number, seed: number, purpose: string): Uint32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    fail('out-of-range', 'seed', 'seed must be a whole number from 0 to 2^53 - 1.');
  }
  const rows = rowsFrom(0, length);
  new Random(seed, 0, purposeOf(purpose)).shuffle(rows);
  return rows;
}

/** `count` rows and the others, both in random order. */
export function chooseRows(
  rows: Uint32Array,
  count: number,
  quotas: { labels: Int32Array; each: Int32Array } | undefined,
): [Uint32Array, Uint32Array] {
  if (!quotas) return [rows.slice(0, count), rows.slice(count)];
  const left = quotas.each.slice();
  const isFirst = (row: number): boolean => {
    const label = quotas.labels[row] as number;
    left[label] = (left[label] as number) - 1;
    return (left[label] as number) >= 0;
  };
  const first = new Set(rows.filter(isFirst));
  return [rows.filter((row) => first.has(row)), rows.filter((row) => !first.has(row))];
}

/** How many of each class are among `count`: its share, rounded so that the sum is right; the larger rest rounds up. */
export function quotasOf(counts: Int32Array, count: number): Int32Array {
  const total = counts.reduce((sum, each) => sum + each, 0);
  const exact = Array.from(counts, (each) => (each * count) / total);
  const quotas = Int32Array.from(exact, Math.floor);
  const missing = count - quotas.reduce((sum, each) => sum + each, 0);
  const byRest = exact.map((share, label) => ({ label, rest: share - Math.floor(share) }));
  byRest.sort((a, b) => b.rest - a.rest || a.label - b.label);
  for (const { label } of byRest.slice(0, missing)) quotas[label] = (quotas[label] as number) + 1;
  return quotas;
}
