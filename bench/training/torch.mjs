/** PyTorch, native, with one thread: torch.py beside this file. */
import { fileURLToPath } from 'node:url';
import { startTorch } from '../torch.mjs';
import { learningRate } from './task.mjs';

const script = fileURLToPath(new URL('torch.py', import.meta.url));

/** @returns {Promise<import('./task.mjs').Contestant>} */
export async function openTorch({ architecture, batch, rows, pixels, labels, weights }) {
  const files = { pixels, labels, weights: Buffer.concat(weights.map(({ data }) => Buffer.from(data.buffer))) };
  const program = await startTorch(script, files, [architecture, batch, rows, learningRate]);
  return { name: 'PyTorch, native, one thread', train: (steps) => program.ask(steps), close: () => program.close() };
}
