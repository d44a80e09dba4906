import type { InputSpecification } from 'mlsec';

/** How a norm is written, what a limit in it means, and which limits are worth trying. */
export interface NormWords {
  symbol: string;
  /** The limit in a sentence. */
  explain(epsilon: number): string;
  /** The range of the slider, for inputs of so many features, each of which spans `range`. */
  scale(features: number, range: number): { maximum: number; step: number; start: number };
}

const plain = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 3 });

export const norms: Record<string, NormWords> = {
  linf: {
    symbol: 'L∞',
    explain: (epsilon) => `No pixel may change by more than ${plain(epsilon)}, where black is 0 and white is 1.`,
    scale: (_, range) => ({ maximum: 0.4 * range, step: 0.005 * range, start: 0.05 * range }),
  },
  l2: {
    symbol: 'L2',
    explain: (epsilon) => `The image as a whole may move by ${plain(epsilon)}, the straight distance over all pixels.`,
    scale: (features, range) => {
      const diagonal = Math.sqrt(features) * range;
      return { maximum: round(diagonal / 5), step: round(diagonal / 500), start: round(diagonal / 28) };
    },
  },
  l1: {
    symbol: 'L1',
    explain: (epsilon) => `The changes of all pixels may add up to ${plain(epsilon)}.`,
    scale: (features, range) => ({
      maximum: round((features * range) / 10),
      step: round((features * range) / 1000),
      start: round((features * range) / 50),
    }),
  },
  l0: {
    symbol: 'L0',
    explain: (epsilon) => `At most ${plain(epsilon)} pixels may change, as much as they like.`,
    scale: (features) => ({ maximum: Math.ceil(features / 8), step: 1, start: Math.ceil(features / 40) }),
  },
};

/** A norm by its name; one this page has no words for is shown by that name. */
export function normWords(name: string): NormWords {
  return (
    norms[name] ?? { ...(norms.l2 as NormWords), symbol: name, explain: (epsilon) => `At most ${plain(epsilon)}.` }
  );
}

export function scaleOf(norm: string, { shape, lower, upper }: Pick<InputSpecification, 'shape' | 'lower' | 'upper'>) {
  return normWords(norm).scale(
    shape.reduce((product, extent) => product * extent, 1),
    upper - lower,
  );
}

/** To two digits. */
function round(value: number): number {
  return Number(value.toPrecision(2));
}
