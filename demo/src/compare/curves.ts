import type { EvaluationPiece } from 'mlsec/evaluate';

/** Robust accuracy of a network by the size of perturbations, as far as it is known. */
export interface RobustCurve {
  model: string;
  points: [epsilon: number, accuracy: number][];
}

/**
 * The curve that the pieces of an evaluation by one attack add up to: the share of all samples that are right, and that
 * no input within epsilon was found for.
 */
export function curveFrom(
  pieces: readonly EvaluationPiece[],
  total: number,
  epsilons: readonly number[],
): RobustCurve['points'] {
  const [first] = pieces;
  if (!first) return [];
  const least = new Map<number, number>();
  for (const { samples, distances } of pieces) {
    for (const [index, sample] of samples.entries()) {
      const distance = distances[index] ?? Number.POSITIVE_INFINITY;
      least.set(sample, Math.min(distance, least.get(sample) ?? distance));
    }
  }
  // The first piece was about all samples that are right; an attack without a limit says of every size at once.
  const unlimited = first.epsilon === null;
  const measured = epsilons.filter((epsilon) => unlimited || pieces.some((piece) => piece.epsilon === epsilon));
  const standing = (epsilon: number) => [...least.values()].filter((distance) => distance > epsilon).length;
  return [0, ...measured].map((epsilon) => [
    epsilon,
    (epsilon === 0 ? first.samples.length : standing(epsilon)) / total,
  ]);
}
