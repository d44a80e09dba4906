/**
 * From a clone to the running demo: fetches and builds what is missing, then serves it.
 *     npm start [-- --port 5173]
 */
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { buildDemo } from './demo.mjs';

const { port } = parsePort(process.argv.slice(2));
try {
  await ensureBuilt({ log: console.log });
  await buildDemo();
} catch (error) {
  // Failures of the set-up say what to do; where they happened is of no interest.
  console.error(error.name === 'SetupError' ? error.message : error);
  process.exit(1);
}
const { preview } = await import('vite');
const server = await preview({ root: fileURLToPath(new URL('../demo', import.meta.url)), preview: { port } });
console.log(`\nThe demo is served at ${server.resolvedUrls?.local[0]} (Ctrl-C ends it).`);

/** @param {string[]} parameters */
function parsePort(parameters) {
  const at = parameters.indexOf('--port');
  const given = Number(parameters[at + 1]);
  if (at < 0) return { port: 5173 };
  if (Number.isInteger(given) && given > 0 && given < 65536) return { port: given };
  console.error('--port needs a number from 1 to 65535.');
  process.exit(2);
}
