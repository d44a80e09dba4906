/** An Emscripten the user brought (emsdk, or a distribution's package). */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, tryRun } from './run.mjs';

/**
 * @typedef {object} Emscripten
 * @property {string} root the folder with its CMake files
 * @property {string[]} emcc
 * @property {string[]} emxx
 */

/**
 * @param {string} leastVersion
 * @returns {Promise<Emscripten | undefined>} undefined where there is none or only an older one
 */
export async function findEmscripten(leastVersion) {
  const folder = (process.env.PATH ?? '').split(delimiter).find((name) => name && existsSync(join(name, 'emcc')));
  if (!folder) return undefined;
  const emcc = join(folder, 'emcc');
  const { output } = await tryRun([emcc, '--version']);
  const version = /\d+\.\d+\.\d+/.exec(output)?.[0];
  if (!version || version.localeCompare(leastVersion, 'en', { numeric: true }) < 0) return undefined;
  const root = (await run([join(folder, 'em-config'), 'EMSCRIPTEN_ROOT'])).trim();
  return { root, emcc: [emcc], emxx: [join(folder, 'em++')] };
}
