import type { AttackJobResult } from './core/binding.js';
import type { Samples } from './protocol.js';

/** What became of each sample, and of all together. Arrays have one entry a sample. */
export interface AttackResult extends Omit<AttackJobResult, 'adversarials' | 'seconds'> {
  /** The inputs found, in the model's own layout; those of samples without success too. */
  adversarials: Samples;
  /** True where the criterion holds for the input found and did not before. */
  success: boolean[];
  /** Wall time of the call. */
  seconds: number;
  summary: AttackSummary;
}

/** Figures over all samples; null where there is nothing to take the mean of. */
export interface AttackSummary {
  /** Share of samples that the model got right before. */
  cleanAccuracy: number;
  /** Share of samples that the model got right before and that the attack failed on. */
  robustAccuracy: number;
  /** Share of successes among the samples that the model got right before. */
  successRate: number | null;
  /** Mean distances of the successes. */
  meanDistance: { l0: number | null; l1: number | null; l2: number | null; linf: number | null };
  /** Model evaluations and gradients a sample, on average. */
  queries: number;
  gradients: number;
}

export function resultOf(job: AttackJobResult, { shape }: Samples, seconds: number): AttackResult {
  const success = job.status.map((status) => status === 'success');
  return {
    ...job,
    adversarials: { data: job.adversarials, shape },
    success,
    seconds,
    summary: summarise(job, success),
  };
}

export function summarise(
  { status, distances, queries, gradients }: Pick<AttackJobResult, 'status' | 'distances' | 'queries' | 'gradients'>,
  success: boolean[],
): AttackSummary {
  const total = status.length;
  const successes = success.filter(Boolean).length;
  const attacked = status.filter((each) => each !== 'already-misclassified').length;
  const mean = (values: Float64Array) => meanOf([...values].filter((_, index) => success[index]));
  return {
    cleanAccuracy: attacked / total,
    robustAccuracy: (attacked - successes) / total,
    successRate: attacked > 0 ? successes / attacked : null,
    meanDistance: {
      l0: mean(distances.l0),
      l1: mean(distances.l1),
      l2: mean(distances.l2),
      linf: mean(distances.linf),
    },
    queries: meanOf([...queries]) ?? 0,
    gradients: meanOf([...gradients]) ?? 0,
  };
}

function meanOf(values: number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}
