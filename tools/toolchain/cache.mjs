/** The folder that survives between runs and is shared by all clones, and the lock that guards it. */
import { spawn } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { SetupError } from './run.mjs';

/** @returns {string} */
export function cacheFolder() {
  const folder = process.env.MLSEC_CACHE
    ? resolve(process.env.MLSEC_CACHE)
    : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mlsec');
  // The path goes into linker options and library search paths, where these characters separate.
  if (/[\s'",:;$]/.test(folder)) {
    throw new SetupError(
      `${folder} contains a character that compilers stumble over: set MLSEC_CACHE to a plainer path`,
    );
  }
  return folder;
}

/**
 * Runs `work` while no other process, of this or any other clone, does so for the same name.
 *
 * The lock is the kernel's, held by a `flock` program that ends when its standard input closes, and that happens with
 * our own end whatever its cause. So a lock never outlives its owner.
 * @template T
 * @param {string} name
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, log, work) {
  const folder = cacheFolder();
  await makeFolder(folder);
  const holder = spawn('flock', ['--exclusive', join(folder, `${name}.lock`), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A process group of its own: Ctrl-C must not end it before us.
    detached: true,
  });
  const waiting = setTimeout(() => log('waiting for another set-up on this machine to finish'), 1000);
  try {
    await new Promise((held, failed) => {
      holder.once('error', failed);
      holder.once('close', () => failed(new SetupError(`cannot lock ${join(folder, `${name}.lock`)}`)));
      holder.stdout.once('data', held);
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}

/** @param {string} folder */
async function makeFolder(folder) {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new SetupError(
      `cannot create ${folder} (${/** @type {Error} */ (error).message}); set MLSEC_CACHE to a folder you may write to`,
    );
  }
}

/** @param {number} bytes */
export async function requireFreeSpace(bytes) {
  const folder = cacheFolder();
  await makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) {
    throw new SetupError(
      `${folder} has ${gigabytes(bavail * bsize)} free, the set-up needs ${gigabytes(bytes)}: free some, or set MLSEC_CACHE to a folder on another disk`,
    );
  }
}

/** @param {number} bytes */
function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
