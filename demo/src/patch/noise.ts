import type { Patch } from 'mlsec/universal';

/** A patch of the same form that nobody has learned: what covers an image fools a network now and then by itself. */
export function noiseLike(patch: Patch): Patch {
  const { lower, upper } = patch.input;
  let state = 1;
  const data = patch.data.map(() => {
    // Marsaglia, "Xorshift RNGs", 2003, with his shifts of 13, 17 and 5.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return lower + ((upper - lower) * (state >>> 0)) / 2 ** 32;
  });
  return { ...patch, data };
}
