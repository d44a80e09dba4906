import type { Reading } from './laboratory.js';

/** Of more classes than these, only those that matter are shown. */
export const mostClasses = 20;

/** How many classes are shown then. */
const likeliest = 5;

/**
 * The classes whose bars are shown, in order: all of a few; of many those that the network is surest of, before or
 * after, with what it sees and what it is to see among them.
 */
export function shownClasses(
  count: number,
  { before, after, target }: { before?: Reading; after?: Reading; target?: number },
): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  if (count <= mostClasses) return all;
  const share = (index: number) => Math.max(before?.probabilities[index] ?? 0, after?.probabilities[index] ?? 0);
  const wanted = [before?.label, after?.label, target].filter((each) => each !== undefined);
  const sorted = all.sort((one, other) => share(other) - share(one) || one - other);
  const chosen = [...new Set([...wanted, ...sorted])].slice(0, likeliest);
  return chosen.sort((one, other) => share(other) - share(one) || one - other);
}
