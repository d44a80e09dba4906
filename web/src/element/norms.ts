import type { InputSpecification } from 'mlsec';
import { english, type Texts } from './texts.js';

/** How a norm is written, and which limits in it are worth trying. */
export interface NormWords {
  symbol: string;
  /** The range of the slider, for inputs of so many features, each of which spans `range`. */
  scale(features: number, range: number): { maximum: number; step: number; start: number };
}

const plain = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 3 });

export const norms: Record<string, NormWords> = {
  linf: {
    symbol: 'L∞',
    scale: (_, range) => ({ maximum: 0.4 * range, step: 0.005 * range, start: 0.05 * range }),
  },
  l2: {
    symbol: 'L2',
    scale: (features, range) => {
      const diagonal = Math.sqrt(features) * range;
      return { maximum: round(diagonal / 5), step: round(diagonal / 500), start: round(diagonal / 28) };
    },
  },
  l1: {
    symbol: 'L1',
    scale: (features, range) => ({
      maximum: round((features * range) / 10),
      step: round((features * range) / 1000),
      start: round((features * range) / 50),
    }),
  },
  l0: {
    symbol: 'L0',
    scale: (features) => ({ maximum: Math.ceil(features / 8), step: 1, start: Math.ceil(features / 40) }),
  },
};

/** A norm by its name; one this page has no words for is shown by that name. */
export function normWords(name: string): NormWords {
  return norms[name] ?? { ...(norms.l2 as NormWords), symbol: name };
}

/** What is limited: values of pixels that have one, or several. */
export interface Limited {
  lower: number;
  upper: number;
  coloured: boolean;
}

/** A limit in a norm, in a sentence. */
export function limitWords(
  norm: string,
  epsilon: number,
  { limits }: Texts = english,
  { lower, upper, coloured }: Limited = { lower: 0, upper: 1, coloured: false },
): string {
  const words = Object.hasOwn(limits, norm) ? limits[norm as keyof typeof limits] : limits.other;
  return words(plain(epsilon), plain(lower), plain(upper), coloured);
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
