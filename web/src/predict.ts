import type { CallOptions } from './call_options.js';
import { ask, type Callback } from './callback.js';
import { rowsOf } from './chunks.js';
import type { InputSpecification } from './core/binding.js';
import { fail } from './error.js';
import { inChunks } from './in_chunks.js';
import type { ModelState } from './model.js';
import type { Predictions, Samples } from './protocol.js';

export async function predict(state: ModelState, inputs: Samples, options: CallOptions): Promise<Predictions> {
  const { record, callback, info } = state;
  if (callback) return predictByCallback(callback, inputs, info.input, options.signal);
  return inChunks(state, inputs, options, (chunk) => ({ kind: 'predict', model: record.key, inputs: chunk.inputs }));
}

/** A callback model answers right here: no worker could ask anyone but us. */
async function predictByCallback(
  callback: Callback,
  inputs: Samples,
  model: InputSpecification,
  signal: AbortSignal | undefined,
): Promise<Predictions> {
  const { shape, lower, upper } = model;
  const rows = rowsOf(inputs, model);
  if (rows === 0)
    fail('shape-mismatch', 'inputs', `inputs must have the shape [rows, ${shape}], with at least one row.`);
  const bad = inputs.data.findIndex((value) => !(value >= lower && value <= upper));
  if (bad >= 0) fail('out-of-range', `inputs[${bad}]`, `inputs[${bad}] must lie between ${lower} and ${upper}.`);
  const answers = await orAborted(ask(callback, inputs.data, rows), signal);
  const { classes, output = 'logits' } = callback.specification;
  const logits = new Float32Array(rows * classes);
  if (output === 'labels') for (const [row, label] of answers.entries()) logits[row * classes + label] = 1;
  else logits.set(output === 'logits' ? answers : answers.map(Math.log));
  const labels = new Int32Array(rows);
  const probabilities = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const largest = Math.max(...scores);
    labels[row] = scores.indexOf(largest);
    const powers = scores.map((score) => Math.exp(score - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    probabilities.set(output === 'labels' ? scores : powers.map((power) => power / sum), row * classes);
  }
  return { labels, probabilities, logits };
}

/** The promise, or the signal's reason if that comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
  });
}
