import { attack as once } from './attack.js';
import { atEpsilons } from './attack_at_epsilons.js';
import { best } from './attack_best.js';

export type { EpsilonsOptions, EpsilonsResult } from './attack_at_epsilons.js';
export type { BestOptions, BestResult } from './attack_best.js';

/** One attack; `attack.best`: several, of which each sample keeps the best; `attack.atEpsilons`: several radii. */
export const attack: typeof once & { best: typeof best; atEpsilons: typeof atEpsilons } = Object.assign(
  (...call: Parameters<typeof once>) => once(...call),
  { best, atEpsilons },
);
