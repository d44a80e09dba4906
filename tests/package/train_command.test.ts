// The command that trains, as installed.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
const inFolder = (name: string) => path.join(installed.folder, name);

/** Two classes of points, on either side of a line. */
const points = Array.from({ length: 60 }, (_, index) => [(index * 37) % 60, (index * 53) % 60].map((x) => x / 60));

beforeAll(async () => {
  installed = await installPacked();
  const rows = points.map(([x = 0, y = 0]) => `${x},${y},${x > y ? 'below' : 'above'}`);
  await writeFile(inFolder('points.csv'), `x,y,side\n${rows.join('\n')}\n`);
});
afterAll(() => installed.remove());

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

function train(args: string[], interruptAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [`${installed.mlsec}/dist/cli.js`, 'train', ...args], {
    cwd: installed.folder,
  });
  const ended = { output: '', errors: '' };
  child.stdout.on('data', (text) => {
    ended.output += text;
  });
  child.stderr.on('data', (text) => {
    ended.errors += text;
  });
  if (interruptAfter) setTimeout(() => child.kill('SIGINT'), interruptAfter);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...ended })));
}

const points2d = ['--data', 'points.csv', '--architecture', 'mlp', '--batch-size', '20', '--learning-rate', '0.01'];

it('trains on a table, adversarially, with two workers, and writes the model', async () => {
  const attack = ['--adversarial', 'pgd', '--epsilon', '0.02', '--steps', '3', '--robust-samples', '60'];
  const { code, output, errors } = await train([...points2d, ...attack, '--epochs', '60', '--workers', '2', '--json']);
  expect(errors).toBe('');
  expect(code).toBe(0);
  const { epochs, parameters } = JSON.parse(output);
  expect(epochs).toHaveLength(60);
  expect(epochs.at(-1).accuracy).toBeGreaterThan(0.8);
  expect(epochs.at(-1).robustAccuracy).toBeGreaterThan(0.8);
  expect(parameters).toBe(2 * 128 + 128 + 128 * 2 + 2);
  const file = await readFile(inFolder('model.onnx'));
  expect(file.length).toBeGreaterThan(4 * parameters);
  expect(file.toString('latin1')).toMatch(/above\nbelow|below\nabove/);
});

it('goes on from a checkpoint, and ends as if it had never stopped', async () => {
  const call = [...points2d, '--deterministic', '--json'];
  await train([...call, '--epochs', '4', '--out', 'whole.onnx']);
  await train([...call, '--epochs', '2', '--out', 'half.onnx', '--checkpoint', 'state']);
  const { code } = await train([...call, '--epochs', '4', '--out', 'resumed.onnx', '--resume', 'state']);
  expect(code).toBe(0);
  expect(await readFile(inFolder('resumed.onnx'))).toEqual(await readFile(inFolder('whole.onnx')));
});

it('is interrupted without losing the last checkpoint', async () => {
  const { code } = await train([...points2d, '--epochs', '100000', '--checkpoint', 'kept'], 2500);
  expect(code).toBe(130);
  const resumed = await train([...points2d, '--epochs', '1', '--resume', 'kept', '--json']);
  expect(resumed.code).toBe(0);
});

it.each([
  [['--architecture', 'cnn'], 'needs --data'],
  [['--data', 'points.csv', '--architecture', 'lenett'], 'Did you mean lenet?'],
  [['--data', 'points.csv', '--adversarial', 'pdg'], 'pgd'],
  [['--data', 'points.csv', '--architecture', 'mlp', '--adversarial', 'pgd', '--epsilon', '-1'], 'epsilon'],
  [['--data', 'nothing.csv'], 'nothing.csv'],
  [['--data', 'points.csv', '--resume', 'nowhere'], 'nowhere'],
])('%j is refused in words', async (args, words) => {
  const { code, errors } = await train(args);
  expect(code).toBe(2);
  expect(errors).toMatch(/^mlsec: /);
  expect(errors).toContain(words);
});
