/** Running other programs: they end when we end, and their failure becomes one readable error. */
import { spawn } from 'node:child_process';

/** A failure whose message tells the user what to do; the stack is of no interest to them. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * `setpriv` (util-linux, on every Debian) has the kernel end the program when this process dies, however it dies, so
 * that a repeated run never meets the leftovers of an interrupted one at work.
 * @param {string[]} command
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {import('node:child_process').ChildProcess}
 */
function start(command, options) {
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], options);
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new SetupError(`cannot start ${child.spawnargs[0]} (${error.message}); the set-up needs Debian 12 or newer`),
      ),
    );
    child.once('close', (code, signal) => resolve(code ?? (signal ? 128 : 1)));
  });
}

/** @param {NodeJS.ReadableStream | null} stream @param {(text: string) => void} receive */
function readText(stream, receive) {
  stream?.setEncoding('utf8');
  stream?.on('data', receive);
}

/**
 * @param {string[]} command
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, onStatus?: (line: string) => void}} [options] `onStatus` receives
 *   what the program writes to file descriptor 3
 * @returns {Promise<{code: number, output: string, errors: string}>}
 */
export async function tryRun(command, { cwd, env = process.env, onStatus } = {}) {
  const child = start(command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', onStatus ? 'pipe' : 'ignore'] });
  let output = '';
  let errors = '';
  readText(child.stdout, (text) => (output += text));
  readText(child.stderr, (text) => (errors += text));
  if (onStatus) {
    const status = /** @type {NodeJS.ReadableStream} */ (child.stdio[3]);
    readText(status, (text) => text.split('\n').forEach(onStatus));
  }
  return { code: await ended(child), output, errors };
}

/**
 * @param {string[]} command
 * @param {Parameters<typeof tryRun>[1]} [options]
 * @returns {Promise<string>} what it printed
 */
export async function run(command, options) {
  const { code, output, errors } = await tryRun(command, options);
  if (code !== 0) throw failure(command, `${errors}${output}`);
  return output;
}

/**
 * The output of one program into the input of the next.
 * @param {string[]} producer
 * @param {string[]} consumer
 */
export async function runPipe(producer, consumer) {
  const from = start(producer, { stdio: ['ignore', 'pipe', 'pipe'] });
  const to = start(consumer, { stdio: ['pipe', 'ignore', 'pipe'] });
  let errors = '';
  readText(from.stderr, (text) => (errors += text));
  readText(to.stderr, (text) => (errors += text));
  // The consumer may end first (a full disk); its own message is the one to show then, not our EPIPE.
  to.stdin?.on('error', () => {});
  if (to.stdin) from.stdout?.pipe(to.stdin);
  const [fromCode, toCode] = await Promise.all([ended(from), ended(to)]);
  if (toCode !== 0) throw failure(consumer, errors);
  if (fromCode !== 0) throw failure(producer, errors);
}

/** @param {string[]} command @param {string} output */
function failure(command, output) {
  if (/No space left on device/i.test(output)) {
    return new SetupError(
      'the disk is full: free about 2 GB, or set MLSEC_CACHE to a folder on another disk, and start again',
    );
  }
  const lastLines = output.trim().split('\n').slice(-25).join('\n');
  return new SetupError(`this command failed: ${command.join(' ')}\n${lastLines}`);
}
