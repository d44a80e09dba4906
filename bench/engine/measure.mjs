/** Times contestants, after looking whether they come to the same results. */
import { interleave } from '../comparing.mjs';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(calls: number) => Promise<unknown>} run does the work that often
 * @property {() => Promise<unknown>} [prepare] what is done before every repetition and not timed
 *
 * @typedef {object} Limits
 * @property {number} repetitions
 * @property {number} seconds that all repetitions of a contestant may take
 * @property {number} repetitionSeconds a repetition has as many calls as fill it
 * @property {number} warmUpSeconds until the engine has compiled for speed what it is going to
 *
 * @typedef {{best: number, median: number, repetitions: number}} Figures milliseconds a call
 */

/** A contestant that is called in the plainest way. @returns {Contestant} */
export const caller = (name, call) => ({
  name,
  async run(calls) {
    for (let i = 0; i < calls; i++) await call();
  },
});

/**
 * @param {Contestant[]} contestants
 * @param {Limits} limits
 * @returns {Promise<Record<string, Figures>>} by their names
 */
export async function race(contestants, limits) {
  const entries = [];
  for (const { name, run, prepare } of contestants) {
    await prepare?.();
    const calls = await warmUp(run, limits);
    entries.push({
      name,
      async repeat() {
        await prepare?.();
        const begin = performance.now();
        await run(calls);
        return calls / (performance.now() - begin);
      },
    });
  }
  return timesOf(await interleave(entries, limits));
}

/** Of calls a millisecond. @returns {Record<string, Figures>} */
export function timesOf(rates) {
  return Object.fromEntries(
    rates.map(({ name, best, median, repetitions }) => [name, { best: 1 / best, median: 1 / median, repetitions }]),
  );
}

/** @returns {Promise<number>} how many calls a repetition has */
async function warmUp(run, { warmUpSeconds, repetitionSeconds }) {
  const end = performance.now() + 1000 * warmUpSeconds;
  let fastest = Infinity;
  do {
    const begin = performance.now();
    await run(1);
    fastest = Math.min(fastest, performance.now() - begin);
  } while (performance.now() < end);
  return Math.max(1, Math.round((1000 * repetitionSeconds) / fastest));
}

/**
 * Refuses results that are not the same but for rounding.
 * @param {string} who
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} expected
 */
export function expectEqual(who, found, expected) {
  const tolerance = 1e-4 * largestOf(expected, (value) => Math.abs(value));
  const difference = largestOf(expected, (value, index) => Math.abs(value - found[index]));
  if (found.length === expected.length && difference <= tolerance) return;
  throw new Error(`${who}: ${found.length} results differ from ${expected.length} by up to ${difference}.`);
}

/** NaN where one of them is. */
function largestOf(values, of) {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = of(values[i], i);
    if (!(value <= largest)) largest = value;
  }
  return largest;
}
