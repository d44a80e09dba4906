// Attacks on some of the samples of a call, whose results find their way back.
import { type AttackOptions, attack } from './attack.js';
import type { AttackResult } from './attack_result.js';
import { optionsOfRows, takeRows } from './chunks.js';
import { sizeOf } from './inputs.js';
import type { Model } from './model.js';
import { normNames } from './norms.js';
import type { Samples } from './protocol.js';

export function attackRows(
  model: Model,
  samples: Samples,
  options: AttackOptions,
  rows: readonly number[],
): Promise<AttackResult> {
  const total = samples.shape[0] as number;
  if (rows.length === total) return attack(model, samples, options);
  const { predicate } = options;
  const own = optionsOfRows({ ...options }, rows, total, sizeOf(model.info.input)) as unknown as AttackOptions;
  return attack(model, takeRows(samples, rows), {
    ...own,
    ...(predicate && { predicate: (reached) => predicate({ ...reached, sample: rows[reached.sample] as number }) }),
  });
}

/** Arrays of results with one entry a sample. */
const perSample = ['status', 'success', 'labels', 'cleanPredictions', 'predictions', 'queries', 'gradients'] as const;

/** Puts what is known of sample `from` of a result in the place of sample `to` of another. */
export function takeOver(target: AttackResult, to: number, source: AttackResult, from: number): void {
  const size = source.adversarials.data.length / source.status.length;
  const found = source.adversarials.data.subarray(from * size, (from + 1) * size);
  target.adversarials.data.set(found, to * size);
  for (const name of perSample) (target[name] as unknown[])[to] = source[name][from];
  if (target.targets || source.targets) {
    target.targets ??= new Int32Array(target.status.length).fill(-1);
    target.targets[to] = source.targets?.[from] ?? -1;
  }
  for (const norm of normNames) target.distances[norm][to] = source.distances[norm][from] as number;
  if (target.trajectories && source.trajectories) {
    target.trajectories[to] = source.trajectories[from] as Float32Array;
    (target.trajectoryMargins as Float32Array[])[to] = source.trajectoryMargins?.[from] as Float32Array;
  }
}

/** A copy whose arrays may be written to. */
export function copyOf(result: AttackResult): AttackResult {
  const { adversarials, distances } = result;
  return {
    ...result,
    adversarials: { ...adversarials, data: adversarials.data.slice() },
    distances: {
      l0: distances.l0.slice(),
      l1: distances.l1.slice(),
      l2: distances.l2.slice(),
      linf: distances.linf.slice(),
    },
    status: [...result.status],
    success: [...result.success],
    labels: result.labels.slice(),
    targets: result.targets?.slice() ?? null,
    cleanPredictions: result.cleanPredictions.slice(),
    predictions: result.predictions.slice(),
    queries: result.queries.slice(),
    gradients: result.gradients.slice(),
    ...(result.trajectories && { trajectories: [...result.trajectories] }),
    ...(result.trajectoryMargins && { trajectoryMargins: [...result.trajectoryMargins] }),
  };
}
