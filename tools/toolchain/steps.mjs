/** Telling the user what is going on. */

/**
 * One line when a long piece of work starts, one when it ends.
 * @template T
 * @param {(line: string) => void} log
 * @param {string} description what, and roughly how big or long
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(log, description, work) {
  log(`${description} …`);
  const start = performance.now();
  const result = await work();
  log(`  done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * A percentage that overwrites itself; nothing where the output is not a terminal.
 * @param {number | undefined} percent undefined when finished
 */
export function showPercent(percent) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(percent === undefined ? '\r\x1b[K' : `\r  ${percent.toFixed(0)} %\x1b[K`);
}
