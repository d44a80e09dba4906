import { type Fate, texts } from '../texts/landscape.js';
import type { Landscape } from './landscape.js';
import type { Foray } from './look.js';

/** What became of an attacked point. */
export function fateOf({ status }: Foray): Fate {
  if (status === 'already-misclassified') return 'wrong';
  return status === 'success' ? 'moved' : 'held';
}

/** What is to be seen, in a sentence. */
export function verdictOn({ sights, points, learning, state }: Landscape): string {
  if (![0, 1].every((label) => points.labels.includes(label))) return texts.empty;
  const [ordinary, hardened] = sights.map((sight) => sight?.foray);
  if (learning && state.epochs > 0 && !ordinary) return texts.beginning;
  if (!ordinary || !hardened) return learning ? texts.learning : texts.beginning;
  return texts.verdict(ordinary.label, fateOf(ordinary), fateOf(hardened));
}
