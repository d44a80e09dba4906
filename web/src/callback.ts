import { type CallOptions, checkedCall } from './call_options.js';
import type { CallbackSpecification } from './core/binding.js';
import { expectType, fail } from './error.js';
import { type Model, makeModel } from './model.js';

/** The rows a callback model is asked about, in the layout of its specification. */
export interface CallbackBatch {
  /** Row after row. */
  data: Float32Array;
  /** [rows, ...extents of one sample]. */
  shape: number[];
}

/** One row of numbers a sample, or one class index a sample where the specification says 'labels'. */
export type CallbackAnswer = Float32Array | readonly number[] | readonly (readonly number[])[];

/** Any classifier: it runs where it was made, not in a worker, and may ask a server. */
export type CallbackFunction = (batch: CallbackBatch) => CallbackAnswer | Promise<CallbackAnswer>;

/** A callback model's function and what was said of it. */
export interface Callback {
  answer: CallbackFunction;
  specification: CallbackSpecification;
}

/**
 * Makes a model of any function that answers whole batches. Attacks that need scores or labels only work on it.
 * @param answer gets `{data, shape: [rows, ...]}`; gives `classes` numbers a row.
 * @throws MlsecError naming the member of the specification at fault. Calls with the model reject with code
 *   'callback-failed' when `answer` throws (that error is the `cause`), gives another number of numbers, or NaN.
 */
export async function modelFrom(
  answer: CallbackFunction,
  specification: CallbackSpecification,
  options: CallOptions = {},
): Promise<Model> {
  expectType(typeof answer === 'function', 'answer', 'a function from a batch to its logits');
  expectType(typeof specification === 'object' && specification !== null, 'specification', 'an object');
  return makeModel({ callback: specification }, checkedCall(options), { callback: { answer, specification } });
}

/** Asks the caller's function, and distrusts what it says. */
export async function ask(callback: Callback, inputs: Float32Array, rows: number): Promise<Float32Array> {
  const { shape, classes, output } = callback.specification;
  let answer: CallbackAnswer;
  try {
    answer = await callback.answer({ data: inputs, shape: [rows, ...shape] });
  } catch (error) {
    return fail('callback-failed', 'answer', `The callback model failed: ${error}.`, error);
  }
  const numbers =
    answer instanceof Float32Array ? answer : Float32Array.from(Array.isArray(answer) ? answer.flat() : []);
  const expected = output === 'labels' ? rows : rows * classes;
  if (numbers.length !== expected) {
    fail(
      'callback-failed',
      'answer',
      `The callback model gave ${numbers.length} numbers for ${rows} rows, not ${expected}.`,
    );
  }
  const bad = numbers.findIndex((number) => Number.isNaN(number));
  if (bad >= 0) fail('callback-failed', 'answer', `The callback model's answer holds NaN, at index ${bad}.`);
  return numbers;
}
