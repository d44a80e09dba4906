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
 * Refuses results that are not the same but for rounding. That may open a ReLU for one and not for another, which changes
 * a few gradients by much: what counts is the Euclidean distance, as a share of the length.
 * @param {string} who
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} expected
 * @param {number} [tolerance]
 */
export function expectEqual(who, found, expected, tolerance = 1e-3) {
  if (found.length !== expected.length)
    throw new Error(`${who}: ${found.length} results instead of ${expected.length}.`);
  let distance = 0;
  let length = 0;
  for (let i = 0; i < expected.length; i++) {
    distance += (found[i] - expected[i]) ** 2;
    length += expected[i] ** 2;
  }
  const share = Math.sqrt(distance / length);
  if (!(share < tolerance))
    throw new Error(`${who}: the results differ from those expected by ${share} of their length.`);
}
