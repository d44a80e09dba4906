import type { CallOptions } from '../call_options.js';
import { takeRows } from '../chunks.js';
import type { Model } from '../model.js';
import type { Samples } from '../protocol.js';
import { normOf, rowAt } from './norms.js';

/** What the gradient of the cross-entropy says of the samples. */
export interface Sensitivity {
  /** Its mean l2 norm: loss sensitivity, after Arpit et al. (2017), arXiv:1706.05394. */
  mean: number;
  /** Samples whose gradient is 0 in every feature. */
  zeros: number;
}

/** So that the gradients of a large data set are never there all at once. */
const rowsAtOnce = 256;

/** Null of models without gradients. */
export async function sensitivityOf(
  model: Model,
  samples: Samples,
  labels: Int32Array,
  call: CallOptions,
): Promise<Sensitivity | null> {
  if (!model.info.capabilities.gradient) return null;
  const total = labels.length;
  let [sum, zeros] = [0, 0];
  for (let first = 0; first < total; first += rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, total - first) }, (_, index) => first + index);
    const some = labels.subarray(first, first + rows.length);
    const gradient = await model.gradient(takeRows(samples, rows), { ...call, labels: some });
    for (let row = 0; row < rows.length; row++) {
      const length = normOf(rowAt(gradient, row), 'l2');
      sum += length;
      // Squares of tiny numbers vanish in no double that comes from a float.
      if (length === 0) zeros++;
    }
  }
  return { mean: sum / total, zeros };
}
