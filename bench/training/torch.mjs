/** PyTorch, native, with one thread: torch.py beside this file, spoken to in lines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { learningRate } from './task.mjs';

const script = fileURLToPath(new URL('torch.py', import.meta.url));
const python = process.env.MLSEC_TORCH_PYTHON ?? 'python3';

/** Its version; undefined where there is none. @returns {Promise<string | undefined>} */
export async function torchVersion() {
  const child = spawn(python, ['-c', 'import torch; print(torch.__version__)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.once('error', () => resolve(1)).once('close', resolve));
  return code === 0 ? output.trim() : undefined;
}

/** @returns {Promise<import('./task.mjs').Contestant>} */
export async function openTorch({ architecture, batch, rows, pixels, labels, weights }) {
  const folder = await mkdtemp(join(tmpdir(), 'mlsec-bench-'));
  await writeFile(join(folder, 'pixels'), pixels);
  await writeFile(join(folder, 'labels'), labels);
  await writeFile(join(folder, 'weights'), Buffer.concat(weights.map(({ data }) => Buffer.from(data.buffer))));
  const child = spawn(python, [script, folder, architecture, batch, rows, learningRate].map(String), {
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
    name: 'PyTorch, native, one thread',
    train(steps) {
      child.stdin.write(`${steps}\n`);
      return answer();
    },
    async close() {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
