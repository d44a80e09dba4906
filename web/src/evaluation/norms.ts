import type { InputSpecification } from '../core/binding.js';
import { sizeOf } from '../inputs.js';
import type { Samples } from '../protocol.js';

export type EvaluationNorm = 'l0' | 'l1' | 'l2' | 'linf';

export const evaluationNorms: readonly EvaluationNorm[] = ['l0', 'l1', 'l2', 'linf'];

export function normOf(values: ArrayLike<number>, norm: EvaluationNorm): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index] as number);
    if (norm === 'l0') sum += size > 0 ? 1 : 0;
    else if (norm === 'l1') sum += size;
    else if (norm === 'l2') sum += size * size;
    else sum = Math.max(sum, size);
  }
  return norm === 'l2' ? Math.sqrt(sum) : sum;
}

/** How far apart two inputs can be: an epsilon of that size bounds nothing. */
export function widthOf(input: InputSpecification, norm: EvaluationNorm): number {
  const size = sizeOf(input);
  const width = input.upper - input.lower;
  return { l0: size, l1: width * size, l2: width * Math.sqrt(size), linf: width }[norm];
}

/** One sample's numbers, without a copy. */
export function rowAt({ data, shape }: Samples, row: number): Float32Array {
  const size = data.length / (shape[0] as number);
  return data.subarray(row * size, (row + 1) * size);
}
