/** Native PyTorch with one thread: a program in Python that is spoken to in lines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const python = process.env.MLSEC_TORCH_PYTHON ?? 'python3';

/** The version of a Python package, undefined where there is none. @param {string} name @returns {Promise<string | undefined>} */
export async function pythonVersionOf(name) {
  const child = spawn(python, ['-c', `import ${name}; print(${name}.__version__)`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.once('error', () => resolve(1)).once('close', resolve));
  return code === 0 ? output.trim() : undefined;
}

/**
 * Starts a program whose first parameter is a folder with the files, and that answers with a line of JSON at its start and
 * to each line that it gets.
 * @param {string} script
 * @param {Record<string, Uint8Array | Float32Array | string>} files
 * @param {unknown[]} [parameters]
 */
export async function startTorch(script, files, parameters = []) {
  const folder = await mkdtemp(join(tmpdir(), 'mlsec-bench-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const child = spawn(python, [script, folder, ...parameters.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'close');
  const answer = async () => {
    const [line] = await Promise.race([once(lines, 'line'), ended.then(() => [undefined])]);
    if (line === undefined) throw new Error('The PyTorch program ended; see above.');
    return JSON.parse(line);
  };
  await answer();
  return {
    folder,
    /** @param {string | number} line */
    ask(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    async close() {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
