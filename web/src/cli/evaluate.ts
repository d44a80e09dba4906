import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AttackDescription, catalog } from '../catalog.js';
import {
  type EvaluateOptions,
  type EvaluationReport,
  evaluate,
  type PartialEvaluation,
  reportAsCsv,
  reportAsHtml,
  type Share,
} from '../evaluate.js';
import { configure } from '../index.js';
import { type Flag, type FlagValue, flag, flagsOf, optionsOf, parseFlags } from './flags.js';
import { describeFlags } from './help.js';
import { progressBar } from './progress_bar.js';
import { dataForms, openData, openModel } from './sources.js';
import { suggest, UsageError } from './usage_error.js';

const numbers: Flag['value'] = { type: 'list', item: { type: 'number' } };

const own: Flag[] = [
  flag('model', 'string', 'A model of the catalogue, or an ONNX file.'),
  flag('data', 'string', dataForms, 'mnist'),
  flag('attacks', 'string', 'METHOD,METHOD:OPTION=VALUE:OPTION=VALUE,…; `mlsec catalog` lists them.'),
  { ...flag('epsilons', 'list', 'Sizes of perturbations at which accuracy is told.'), value: numbers },
  {
    ...flag('norm', 'enum', 'What measures perturbations.', 'linf'),
    value: { type: 'enum', values: ['l0', 'l1', 'l2', 'linf'] },
  },
  flag('samples', 'integer', 'How many samples to take, from the first.', '100'),
  flag('seed', 'integer', 'Chooses the random numbers.', '0'),
  flag('independent', 'boolean', 'Attack at every epsilon what was broken at a smaller one, too.', 'false'),
  flag('workers', 'integer', 'How many workers share the samples.', '1'),
  flag('deterministic', 'boolean', 'Use the build that gives the same bytes everywhere.', 'false'),
  flag('resume', 'string', 'A file that keeps how far the evaluation has come, and from which it goes on.'),
  flag('json', 'boolean', 'Print the report as one JSON object.', 'false'),
  flag('csv', 'boolean', 'Print the report as a table.', 'false'),
  flag('html', 'string', 'Also write the report as a page, to this file.'),
  flag('help', 'boolean', 'Print this.', 'false'),
];

export async function evaluateCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  if (argv.includes('--help')) {
    const usage = 'mlsec evaluate --model MODEL --data DATA --attacks METHOD,… --epsilons X,… [options]';
    const example = '--attacks pgd:steps=100:restarts=5,square,deepfool --epsilons 0.05,0.1,0.2';
    return `${usage}\n\nFor example: ${example}\n\n${describeFlags(own)}`;
  }
  const values = parseFlags(argv, own);
  const model = values.get('model');
  if (model === undefined) throw new UsageError('evaluate needs --model, a model of the catalogue or an ONNX file.');
  if (!values.has('attacks')) {
    const ids = catalog().attacks.map(({ id }) => id);
    throw new UsageError(`evaluate needs --attacks. Attacks: ${ids.join(', ')}.`);
  }
  if (!values.has('epsilons')) throw new UsageError('evaluate needs --epsilons, such as --epsilons 0.05,0.1,0.2.');
  if (values.get('json') && values.get('csv')) throw new UsageError('--json and --csv cannot both be printed.');
  const count = Number(values.get('samples') ?? 100);
  if (count < 1) throw new UsageError('--samples must be at least 1.');
  for (const name of ['resume', 'html']) {
    const folder = values.has(name) ? dirname(String(values.get(name))) : '.';
    // Not when everything has run.
    if (!existsSync(folder)) throw new UsageError(`--${name}: there is no folder '${folder}'.`);
  }
  const attacks = readAttacks(String(values.get('attacks')));
  const file = values.get('resume') as string | undefined;
  const resume = file === undefined ? undefined : readPartial(file);
  configure({ workers: Number(values.get('workers') ?? 1), deterministic: values.get('deterministic') === true });
  const victim = await openModel(String(model), signal);
  const data = await openData(String(values.get('data') ?? 'mnist'), count, signal, undefined, victim.info.input);
  const bar = progressBar();
  try {
    const report = await evaluate(victim, data, {
      attacks: await withModels(attacks, signal),
      ...chosen(values),
      ...(resume && { resume }),
      onPartial: (state) => file !== undefined && writePartial(file, state),
      onProgress: bar.update,
      signal,
    });
    bar.end();
    const html = values.get('html');
    if (html !== undefined) writeFileSync(String(html), reportAsHtml(report));
    if (values.get('json')) return `${JSON.stringify(report, null, 2)}\n`;
    return values.get('csv') ? reportAsCsv(report) : inWords(report, String(model));
  } finally {
    bar.end();
  }
}

/** The options of the evaluation that are flags of the same name; the core checks their ranges. */
function chosen(values: Map<string, FlagValue>): Pick<EvaluateOptions, 'epsilons' | 'norm' | 'seed' | 'independent'> {
  const names = ['epsilons', 'norm', 'seed', 'independent'].filter((name) => values.has(name));
  return Object.fromEntries(names.map((name) => [name, values.get(name)])) as never;
}

interface ChosenAttack {
  flags: Flag[];
  options: Record<string, unknown>;
}

/** `pgd,square:steps=1000`; options are written as the flags of `mlsec attack` are. */
function readAttacks(text: string): ChosenAttack[] {
  const { attacks, attackOptions } = catalog();
  const ids = attacks.map(({ id }) => id as string);
  return text.split(',').map((part) => {
    const [method = '', ...settings] = part.split(':');
    const found = attacks.find(({ id }) => id === method) as AttackDescription | undefined;
    if (!found) {
      const near = suggest(method, ids);
      throw new UsageError(`--attacks: there is no attack '${method}'.${near} Attacks: ${ids.join(', ')}.`);
    }
    const flags = flagsOf([...found.options, ...attackOptions]);
    try {
      const values = parseFlags(
        settings.map((setting) => `--${setting}`),
        flags,
      );
      return { flags, options: { method, ...optionsOf(flags, values, 0) } };
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`--attacks, ${method}: ${error.message}`) : error;
    }
  });
}

/** Opens the models that options name. */
async function withModels(attacks: ChosenAttack[], signal: AbortSignal): Promise<EvaluateOptions['attacks']> {
  for (const { flags, options } of attacks) {
    for (const { path, value } of flags) {
      const [name = ''] = path;
      if (value.type === 'model' && path.length === 1 && options[name] !== undefined) {
        options[name] = await openModel(String(options[name]), signal);
      }
    }
  }
  return attacks.map(({ options }) => options) as never;
}

/** What the file holds; undefined where there is none yet. */
function readPartial(file: string): PartialEvaluation | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`--resume: '${file}' cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--resume: '${file}' is not what an evaluation wrote. Remove it to begin anew.`);
  }
}

/** Whole or not at all: interrupted while writing, the file keeps the state before. */
function writePartial(file: string, state: PartialEvaluation): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

function inWords(report: EvaluationReport, model: string): string {
  const { epsilons, attacks, worstCase, cleanAccuracy, samples, norm, warnings, lossSensitivity } = report;
  const wide = Math.max(12, ...attacks.map(({ name }) => name.length));
  const row = (name: string, cells: string[]) =>
    `  ${name.padEnd(wide)}${cells.map((cell) => cell.padStart(9)).join('')}`.trimEnd();
  const accuracies = (name: string, shares: Share[]) => row(name, shares.map(percent));
  const count = (value: number) => String(Number(value.toPrecision(3)));
  const or = (value: number | null | undefined) => (value == null ? '-' : count(value));
  const against = report.labelsFromModel ? ", against the model's own predictions" : '';
  const lines = [
    `${model}, ${samples} samples, ${norm}`,
    `  clean accuracy ${percent(cleanAccuracy)} (${interval(cleanAccuracy)})${against}`,
    ...(lossSensitivity === null ? [] : [`  loss sensitivity ${count(lossSensitivity)}`]),
    '',
    row('epsilon', epsilons.map(count)),
    ...attacks.map(({ name, robustAccuracy }) => accuracies(name, robustAccuracy)),
    accuracies('worst case', worstCase.robustAccuracy),
    row(
      'from',
      worstCase.robustAccuracy.map(({ lower }) => percent({ value: lower })),
    ),
    row(
      'to',
      worstCase.robustAccuracy.map(({ upper }) => percent({ value: upper })),
    ),
    '',
    row('', ['queries', 'grads', 'seconds', 'median', 'mean', 'relative']),
    ...attacks.map(({ name, queries, gradients, seconds, minimumDistance, empiricalRobustness }) =>
      row(
        name,
        [queries, gradients, seconds, minimumDistance?.median, minimumDistance?.mean, empiricalRobustness].map(or),
      ),
    ),
    ...warnings.map(({ message }) => `\nWarning: ${message}`),
  ];
  return `${lines.join('\n')}\n`;
}

function percent({ value }: { value: number }): string {
  return `${(value * 100).toFixed(1)} %`;
}

function interval({ lower, upper }: Share): string {
  return `${(lower * 100).toFixed(1)} to ${(upper * 100).toFixed(1)}`;
}
