import type { AttackDescription } from './catalog.js';

/** The norms in which perturbations are measured. */
export type Norm = 'l0' | 'l1' | 'l2' | 'linf';

export const normNames: readonly Norm[] = ['l0', 'l1', 'l2', 'linf'];

/** The norm that an attack minimises or keeps to: the one it is given, or its default. */
export function normOf(given: object, { options, traits }: Pick<AttackDescription, 'options' | 'traits'>): Norm {
  const option = options.find(({ name }) => name === 'norm');
  return ((given as { norm?: string }).norm ?? option?.default ?? traits.norms[0]) as Norm;
}
