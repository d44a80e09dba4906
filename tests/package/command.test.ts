// The command, as installed.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let model: string;

beforeAll(async () => {
  installed = await installPacked();
  const mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  const architecture = { input: [28, 28, 1], layers: [{ type: 'flatten' }, { type: 'dense', units: 10 }] };
  const trained = await mlsec.train(architecture, await mlsec.samples('mnist'), { epochs: 3 });
  model = path.join(installed.folder, 'digits.onnx');
  await writeFile(model, await trained.save());
  mlsec.close();
});
afterAll(() => installed.remove());

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs the command; `interruptAfter` milliseconds it gets what Ctrl-C sends. */
function mlsec(args: string[], interruptAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [`${installed.mlsec}/dist/cli.js`, ...args], { cwd: installed.folder });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  if (interruptAfter) setTimeout(() => child.kill('SIGINT'), interruptAfter);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, errors })));
}

const pgd = ['--method', 'pgd', '--norm', 'linf', '--epsilon', '0.1', '--steps', '10'];

it('attacks and prints one JSON object', async () => {
  const { code, output, errors } = await mlsec([
    'attack',
    '--model',
    model,
    '--data',
    'mnist',
    ...pgd,
    '--samples',
    '50',
    '--json',
  ]);
  expect(errors).toBe('');
  expect(code).toBe(0);
  const result = JSON.parse(output);
  expect(result.cleanAccuracy).toBeGreaterThan(0.7);
  expect(result.robustAccuracy).toBeLessThan(result.cleanAccuracy);
  expect(result.meanDistance.linf).toBeLessThanOrEqual(0.1);
  expect(Object.keys(result.meanDistance)).toEqual(['l0', 'l1', 'l2', 'linf']);
  for (const name of ['successRate', 'queries', 'gradients', 'seconds']) expect(result[name]).toBeTypeOf('number');
  expect(result.perSample).toBeUndefined();
});

it('prints what became of each sample', async () => {
  const targeted = ['--targets', '3', '--workers', '2', '--json', '--per-sample'];
  const { output } = await mlsec(['attack', '--model', model, ...pgd, '--samples', '40', ...targeted]);
  const { perSample, samples } = JSON.parse(output);
  expect(samples).toBe(40);
  expect(perSample.status.length).toBe(40);
  expect(new Set(perSample.targets)).toEqual(new Set([3]));
  expect(perSample.labels).not.toContain(3);
  expect(perSample.distances.l2.length).toBe(40);
});

it('prints words for people, and no progress where there is no terminal', async () => {
  const { output, errors } = await mlsec(['attack', '--model', model, ...pgd, '--samples', '20']);
  expect(errors).toBe('');
  for (const words of ['clean accuracy', 'accuracy under attack', 'mean distance l2', 'queries a sample', 'time']) {
    expect(output).toContain(words);
  }
});

it('predicts', async () => {
  const { output } = await mlsec(['predict', '--model', model, '--samples', '30', '--json']);
  const { accuracy, samples } = JSON.parse(output);
  expect(accuracy).toBeGreaterThan(0.7);
  expect(samples.length).toBe(30);
});

it('lists the catalogue', async () => {
  const { output } = await mlsec(['catalog', '--json']);
  const { attacks, models, attackOptions } = JSON.parse(output);
  const words = (await mlsec(['catalog'])).output;
  for (const { id } of [...attacks, ...models]) expect(words).toContain(id);
  expect(attackOptions.map(({ name }: { name: string }) => name)).toContain('labels');
});

it('helps', async () => {
  expect((await mlsec(['--help'])).output).toContain('mlsec attack');
  expect((await mlsec([])).output).toContain('mlsec attack');
  const { output } = await mlsec(['attack', '--method', 'pgd', '--help']);
  expect(output).toContain('--step-size');
  expect(output).toContain('Madry');
});

it.each([
  [['atack'], 'Did you mean attack?'],
  [['attack', '--model', 'x.onnx'], '--method'],
  [['attack', '--model', 'x.onnx', '--method', 'pdg'], 'Did you mean pgd?'],
  [['attack', '--model', 'x.onnx', '--method', 'pgd', '--epsilom', '1'], 'Did you mean --epsilon?'],
  [['attack', '--model', 'x.onnx', '--method', 'pgd', '--epsilon', 'x'], '--epsilon must be a number'],
  [['attack', '--model', 'mnist-cn', '--method', 'pgd'], 'Did you mean mnist-cnn?'],
  [['attack', '--model', 'digits.onnx', '--method', 'pgd', '--epsilon', '-1', '--samples', '5'], 'epsilon must be'],
  [['attack', '--model', 'digits.onnx', '--method', 'pgd', '--samples', '5000'], '--samples must be at most 1000'],
])('refuses %j with one sentence and exit code 2', async (args, words) => {
  const { code, errors, output } = await mlsec(args);
  expect(errors).toContain(words);
  expect(errors.trim().split('\n').length).toBe(1);
  expect(output).toBe('');
  expect(code).toBe(2);
});

// A busy machine may delay a process for seconds, but not every time.
it('ends at once with exit code 130 when interrupted', { retry: 2 }, async () => {
  const endless = ['--method', 'boundary', '--steps', '1000000', '--samples', '500'];
  const begin = performance.now();
  const { code, output } = await mlsec(['attack', '--model', model, ...endless], 1500);
  expect(code).toBe(130);
  expect(output).toBe('');
  expect(performance.now() - begin).toBeLessThan(3500);
});
