/**
 * Times of a call. Beside wall time that of the processor, which all threads of this process together took: where others
 * share the machine, it says more.
 */

/**
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<{result: T, wall: number, processor: number}>} milliseconds
 */
export async function timed(call) {
  const before = process.cpuUsage();
  const begin = performance.now();
  const result = await call();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  return { result, wall, processor: (user + system) / 1000 };
}

/**
 * The smallest times of repetitions: of two at least where that is not long, of up to twenty where it is short.
 * @template T
 * @param {() => Promise<T>} call
 * @param {boolean} [quick] once is enough
 */
export async function cheapest(call, quick = false) {
  let best = await timed(call);
  let used = best.processor;
  let repetitions = 1;
  for (; !quick && repetitions < 20 && used < 2000; repetitions++) {
    const { wall, processor } = await timed(call);
    used += processor;
    best = { ...best, wall: Math.min(best.wall, wall), processor: Math.min(best.processor, processor) };
  }
  return { ...best, repetitions };
}
