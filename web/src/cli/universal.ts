import { writeFileSync } from 'node:fs';
import { catalog } from '../catalog.js';
import { configure, type Model } from '../index.js';
import {
  measureUniversal,
  type UniversalMeasure,
  type UniversalOptions,
  type UniversalResult,
  universal,
} from '../universal.js';
import { type Flag, flag, flagsOf, optionsOf, parseFlags } from './flags.js';
import { describeAttack, describeFlags } from './help.js';
import { progressBar } from './progress_bar.js';
import { type CommandData, dataForms, openData, openModel } from './sources.js';
import { suggest, UsageError } from './usage_error.js';

const own: Flag[] = [
  flag('model', 'string', 'A model of the catalogue, or an ONNX file.'),
  flag('data', 'string', dataForms, 'mnist'),
  flag('method', 'string', 'The attack on a set of samples; `mlsec catalog` lists them.'),
  flag('samples', 'integer', 'How many samples it learns from, from the first.', '500'),
  flag('test-samples', 'integer', 'How many others it is measured on, behind those.', '500'),
  {
    ...flag('others', 'list', 'Further models that it is measured on.'),
    value: { type: 'list', item: { type: 'string' } },
  },
  flag('output', 'string', 'A file that the perturbation or patch is written to, as JSON.'),
  flag('deterministic', 'boolean', 'Use the build that gives the same bytes everywhere.', 'false'),
  flag('json', 'boolean', 'Print one JSON object.', 'false'),
  flag('help', 'boolean', 'Print this.', 'false'),
];

interface Row {
  model: string;
  measure: UniversalMeasure;
}

export async function universalCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const { universalAttacks, universalOptions } = catalog();
  const ids = universalAttacks.map(({ id }) => id as string);
  const at = argv.findIndex((argument) => argument === '--method' || argument.startsWith('--method='));
  const method = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  const chosen = universalAttacks.find(({ id }) => id === method);
  if (method !== undefined && !chosen) {
    throw new UsageError(`--method: there is no '${method}'.${suggest(method, ids)} There are ${ids.join(', ')}.`);
  }
  const flags = flagsOf([...(chosen?.options ?? []), ...universalOptions]);
  if (argv.includes('--help')) {
    const about = chosen ? describeAttack(chosen) : `Methods: ${ids.join(', ')}\n`;
    return `mlsec universal --model MODEL --data DATA --method METHOD [options]\n\n${about}\n${describeFlags([...own, ...flags])}`;
  }
  if (!chosen) throw new UsageError(`universal needs --method. There are ${ids.join(', ')}.`);
  const values = parseFlags(argv, [...own, ...flags]);
  const name = values.get('model');
  if (name === undefined) throw new UsageError('universal needs --model, a model of the catalogue or an ONNX file.');
  const count = Number(values.get('samples') ?? 500);
  const others = Number(values.get('test-samples') ?? 500);
  if (count < 1 || others < 1) throw new UsageError('--samples and --test-samples must be at least 1.');
  configure({ deterministic: values.get('deterministic') === true });
  const model = await openModel(String(name), signal);
  const data = await openData(
    String(values.get('data') ?? 'mnist'),
    count + others,
    signal,
    undefined,
    model.info.input,
  );
  // A name that nobody has is said before the work, not after it.
  const subjects: [string, Model][] = [[String(name), model]];
  for (const other of (values.get('others') as string[] | undefined) ?? []) {
    subjects.push([other, await openModel(other, signal)]);
  }
  const [seen, unseen] = [part(data, 0, count), part(data, count, count + others)];
  const bar = progressBar();
  const options = optionsOf(flags, values, 0);
  try {
    const call = { ...options, method: chosen.id, signal, onProgress: bar.update } as UniversalOptions;
    const result = await universal(model, seen, call);
    bar.end();
    const { perturbation } = result;
    const measuring = { ...pick(options, ['target', 'minScale', 'maxScale', 'maxRotation']), signal };
    const rows: Row[] = [];
    for (const [each, subject] of subjects) {
      rows.push({ model: each, measure: await measureUniversal(subject, unseen, perturbation, measuring) });
    }
    const file = values.get('output');
    if (file !== undefined) {
      writeFileSync(String(file), JSON.stringify({ ...perturbation, data: [...perturbation.data] }));
    }
    return values.get('json') ? inJson(result, rows, chosen.id) : inWords(result, rows, chosen.id);
  } finally {
    bar.end();
  }
}

/** Samples from the one to the other. */
function part({ inputs, labels }: CommandData, from: number, to: number): CommandData {
  const { data, shape } = inputs;
  const size = data.length / (shape[0] ?? 1);
  return {
    inputs: { ...inputs, data: data.slice(from * size, to * size), shape: [to - from, ...shape.slice(1)] },
    ...(labels && { labels: Array.from(labels).slice(from, to) }),
  };
}

function pick(options: Record<string, unknown>, names: string[]): object {
  return Object.fromEntries(names.filter((name) => name in options).map((name) => [name, options[name]]));
}

function inJson(result: UniversalResult, rows: readonly Row[], method: string): string {
  const { foolingRate, samples, queries, gradients, exhausted, seconds } = result;
  const unseen = rows.map(({ model, measure }) => {
    const { cleanPredictions: _, predictions: __, ...figures } = measure;
    return { model, ...figures };
  });
  return `${JSON.stringify({ method, foolingRate, samples, queries, gradients, exhausted, seconds, unseen }, null, 2)}\n`;
}

function inWords({ foolingRate, samples, seconds, exhausted }: UniversalResult, rows: readonly Row[], method: string) {
  const lines = rows.map(
    ({ model, measure }) =>
      `  ${model.padEnd(22)} ${percent(measure.foolingRate).padStart(8)}  accuracy ${percent(measure.cleanAccuracy)} before, ${percent(measure.accuracy)} with it\n`,
  );
  const end = exhausted ? ', ended early' : '';
  return `${method}: fools ${percent(foolingRate)} of the ${samples} samples it has seen, ${seconds.toFixed(1)} s${end}\nof samples not seen it fools\n${lines.join('')}`;
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}
