// Evaluation of a model that ships, beside attacks called by hand, and the command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Evaluation from '../../web/src/evaluate.js';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let evaluation: typeof Evaluation;
let model: Mlsec.Model;
let inputs: Mlsec.Samples;
let labels: number[];
let report: Evaluation.EvaluationReport;

const rows = 30;
const size = 784;
const epsilons = [0.05, 0.1, 0.2];
const pgd = { method: 'pgd', steps: 10 } as const;
const attacks = [pgd, 'deepfool'] as const;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  evaluation = await import(pathToFileURL(`${installed.mlsec}/dist/evaluate.js`).href);
  mlsec.configure({ deterministic: true });
  model = await mlsec.load('mnist-cnn');
  const digits = await mlsec.samples('mnist');
  inputs = {
    data: Float32Array.from(digits.inputs.data.slice(0, rows * size), (byte) => byte / 255),
    shape: [rows, 28, 28, 1],
  };
  labels = [...digits.labels.slice(0, rows)];
  // One that the model gets wrong before.
  labels[4] = ((labels[4] as number) + 1) % 10;
  report = await evaluation.evaluate(model, { inputs, labels }, { attacks, epsilons });
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

/** What else an attack says of these samples. */
function attackRows(own: number[], options: Mlsec.AttackOptions): Promise<Mlsec.AttackResult> {
  const data = new Float32Array(own.length * size);
  for (const [place, row] of own.entries()) data.set(inputs.data.subarray(row * size, (row + 1) * size), place * size);
  return mlsec.attack(
    model,
    { data, shape: [own.length, 28, 28, 1] },
    { ...options, labels: own.map((row) => labels[row] as number) },
  );
}

it('says of each epsilon what attacks called by hand say', async () => {
  const { labels: predicted } = await model.predict(inputs);
  let left = labels.flatMap((label, row) => (label === predicted[row] ? [row] : []));
  const right = left;
  expect(report.cleanAccuracy.count).toBe(right.length);
  expect(right.length).toBe(rows - 1);
  let [queries, gradients] = [0, 0];
  const sum = (values: Int32Array) => values.reduce((total, value) => total + value, 0);
  for (const [place, epsilon] of epsilons.entries()) {
    const result = await attackRows(left, { ...pgd, norm: 'linf', epsilon });
    left = left.filter((_, index) => !result.success[index]);
    expect(report.attacks[0]?.robustAccuracy[place]?.count).toBe(left.length);
    queries += sum(result.queries);
    gradients += sum(result.gradients);
  }
  expect(left.length).toBeLessThan(5);
  expect(report.attacks[0]).toMatchObject({ queries: queries / right.length, gradients: gradients / right.length });

  const { distances, success } = await attackRows(right, { method: 'deepfool', norm: 'linf' });
  const found = [...distances.linf].filter((_, index) => success[index]);
  for (const [place, epsilon] of epsilons.entries()) {
    const broken = found.filter((distance) => distance <= epsilon).length;
    expect(report.attacks[1]?.robustAccuracy[place]?.count).toBe(right.length - broken);
  }
  const mean = found.reduce((total, distance) => total + distance, 0) / found.length;
  expect(report.attacks[1]?.minimumDistance?.mean).toBeCloseTo(mean, 12);
});

it('has the loss sensitivity that gradients have', async () => {
  const { data } = await model.gradient(inputs, { labels });
  const lengths = labels.map((_, row) => Math.hypot(...data.subarray(row * size, (row + 1) * size)));
  expect(report.lossSensitivity).toBeCloseTo(lengths.reduce((sum, length) => sum + length, 0) / rows, 6);
});

it('does not depend on the number of workers', async () => {
  mlsec.configure({ workers: 2 });
  const { attacks: shared } = await evaluation.evaluate(model, { inputs, labels }, { attacks, epsilons });
  mlsec.configure({ workers: 1 });
  expect(shared.map((attack) => ({ ...attack, seconds: 0 }))).toEqual(
    report.attacks.map((attack) => ({ ...attack, seconds: 0 })),
  );
});

it('tables and pages have the figures', () => {
  const [csv, page] = [evaluation.reportAsCsv(report), evaluation.reportAsHtml(report)];
  for (const { name, robustAccuracy } of report.attacks) {
    for (const [place, { value, lower, upper }] of robustAccuracy.entries()) {
      expect(csv).toContain(`mnist-cnn,${name},linf,${epsilons[place]},30,${value},${lower},${upper},`);
      expect(page).toContain(`<td>${(value * 100).toFixed(1)} %<small>${(lower * 100).toFixed(1)} to`);
    }
  }
});

it('adversarial inputs transfer less than they break the model they were made for', async () => {
  const other = await mlsec.load('mnist-mlp');
  const digits = await mlsec.samples('mnist');
  const data = { inputs, labels: digits.labels.slice(0, rows) };
  const { accuracy, models } = await evaluation.transferMatrix([model, other], data, { ...pgd, epsilon: 0.1 });
  expect(models).toEqual(['mnist-cnn', 'mnist-mlp']);
  const value = (row: number, column: number) => accuracy[row]?.[column]?.value ?? Number.NaN;
  expect(value(1, 1)).toBeLessThan(value(1, 0));
  const result = await mlsec.attack(model, data, { ...pgd, epsilon: 0.1 });
  expect(value(0, 0)).toBe(result.summary.robustAccuracy);
});

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

function command(args: string[], interruptWhen?: () => boolean): Promise<Ended> {
  const child = spawn(process.execPath, [`${installed.mlsec}/dist/cli.js`, 'evaluate', ...args], {
    cwd: installed.folder,
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const watch = setInterval(() => {
    if (!interruptWhen?.()) return;
    clearInterval(watch);
    child.kill('SIGINT');
  }, 20);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, output, errors });
    }),
  );
}

const common = ['--model', 'mnist-cnn', '--data', 'mnist', '--epsilons', '0.05,0.1', '--deterministic'];
const inFolder = (name: string) => path.join(installed.folder, name);

it('as a command: words, a page beside them, and the same figures as JSON', async () => {
  const args = [...common, '--attacks', 'pgd:steps=10,deepfool', '--samples', '20', '--workers', '2'];
  const { code, output, errors } = await command([...args, '--html', 'report.html', '--resume', 'state.json']);
  expect([code, errors]).toEqual([0, '']);
  for (const words of ['clean accuracy', 'pgd', 'deepfool', 'worst case']) expect(output).toContain(words);
  const again = await command([...args, '--json', '--resume', 'state.json']);
  const { attacks, worstCase } = JSON.parse(again.output) as Evaluation.EvaluationReport;
  const page = await readFile(inFolder('report.html'), 'utf8');
  for (const { value } of [...(attacks[0]?.robustAccuracy ?? []), ...worstCase.robustAccuracy]) {
    expect(output).toContain(`${(value * 100).toFixed(1)} %`);
    expect(page).toContain(`${(value * 100).toFixed(1)} %`);
  }
});

it('interrupted, it leaves a state from which it goes on to the same report', async () => {
  await rm(inFolder('state.json'), { force: true });
  // The first takes no time, the second far longer than it takes to look at the file.
  const args = [
    ...common,
    '--attacks',
    'fgsm,boundary:steps=400',
    '--samples',
    '20',
    '--json',
    '--resume',
    'state.json',
  ];
  const pieces = () => existsSync(inFolder('state.json'));
  const interrupted = await command(args, pieces);
  expect([interrupted.code, interrupted.output]).toEqual([130, '']);
  const state = JSON.parse(await readFile(inFolder('state.json'), 'utf8')) as Evaluation.PartialEvaluation;
  expect(state.pieces.length).toBeGreaterThan(0);
  expect(state.pieces.length).toBeLessThan(3);
  const timeless = (text: string) => JSON.parse(text, (name, value) => (name === 'seconds' ? 0 : value));
  const resumed = await command(args);
  const whole = await command(args.slice(0, -2));
  expect([resumed.errors, resumed.code]).toEqual(['', 0]);
  expect(timeless(resumed.output)).toEqual(timeless(whole.output));
});

it.each([
  [['--attacks', 'pgd'], 'evaluate needs --model'],
  [['--model', 'mnist-cnn'], 'evaluate needs --attacks'],
  [['--model', 'mnist-cnn', '--attacks', 'pgd'], 'evaluate needs --epsilons'],
  [[...common, '--attacks', 'pdg'], 'Did you mean pgd?'],
  [[...common, '--attacks', 'pgd:stepz=3'], '--attacks, pgd: There is no flag --stepz. Did you mean --steps?'],
  [[...common, '--attacks', 'fgsm,pgd:steps=0'], 'attacks[1], pgd: steps must be'],
  [[...common, '--attacks', 'pgd', '--html', 'nowhere/report.html'], "--html: there is no folder 'nowhere'"],
  [[...common, '--attacks', 'pgd', '--resume', 'package.json'], 'resume'],
  [[...common, '--attacks', 'pgd', '--json', '--csv'], '--json and --csv'],
])('refuses %j with one sentence and exit code 2', async (args, words) => {
  const { code, errors, output } = await command(args);
  expect(errors).toContain(words);
  expect([errors.trim().split('\n').length, output, code]).toEqual([1, '', 2]);
});
