import { catalog } from '../catalog.js';
import { type AttackResult, attack, configure } from '../index.js';
import { type Flag, type FlagValue, flag, flagsOf, optionsOf, parseFlags } from './flags.js';
import { describeAttack, describeFlags } from './help.js';
import { progressBar } from './progress_bar.js';
import { dataForms, openData, openModel } from './sources.js';
import { suggest, UsageError } from './usage_error.js';

const own: Flag[] = [
  flag('model', 'string', 'A model of the catalogue, or an ONNX file.'),
  flag('data', 'string', dataForms, 'mnist'),
  flag('method', 'string', 'The attack; `mlsec catalog` lists them.'),
  flag('samples', 'integer', 'How many samples to attack, from the first.', '100'),
  flag('workers', 'integer', 'How many workers share the samples.', '1'),
  flag('deterministic', 'boolean', 'Use the build that gives the same bytes everywhere.', 'false'),
  flag('json', 'boolean', 'Print one JSON object.', 'false'),
  flag('per-sample', 'boolean', 'With --json, the results of each sample too.', 'false'),
  flag('help', 'boolean', 'Print this.', 'false'),
];

export async function attackCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const { attacks, attackOptions } = catalog();
  const method = methodIn(argv);
  const chosen = attacks.find(({ id }) => id === method);
  const ids = attacks.map(({ id }) => id as string);
  if (method !== undefined && !chosen) {
    throw new UsageError(
      `--method: there is no attack '${method}'.${suggest(method, ids)} Attacks: ${ids.join(', ')}.`,
    );
  }
  const options = flagsOf([...(chosen?.options ?? []), ...attackOptions]);
  if (argv.includes('--help')) {
    const about = chosen ? describeAttack(chosen) : `Attacks: ${ids.join(', ')}\n`;
    return `mlsec attack --model MODEL --data DATA --method METHOD [options]\n\n${about}\n${describeFlags([...own, ...options])}`;
  }
  if (!chosen) throw new UsageError(`attack needs --method. Attacks: ${ids.join(', ')}.`);
  const values = parseFlags(argv, [...own, ...options]);
  const model = values.get('model');
  if (model === undefined) throw new UsageError('attack needs --model, a model of the catalogue or an ONNX file.');

  const count = Number(values.get('samples') ?? 100);
  if (count < 1) throw new UsageError('--samples must be at least 1.');
  configure({ workers: Number(values.get('workers') ?? 1), deterministic: values.get('deterministic') === true });
  const victim = await openModel(String(model), signal);
  // One target for all: what is of that class already cannot be aimed there.
  const targets = values.get('targets');
  const target = Array.isArray(targets) && targets.length === 1 ? Number(targets[0]) : undefined;
  const data = await openData(String(values.get('data') ?? 'mnist'), count, signal, target, victim.info.input);
  const bar = progressBar();
  try {
    const result = await attack(victim, data, {
      ...(await withModels(options, optionsOf(options, values, count), signal)),
      // Any of them: TypeScript compares a choice with at most 25 forms of options.
      method: chosen.id as never,
      signal,
      onProgress: bar.update,
    });
    bar.end();
    return values.get('json') ? inJson(result, values, chosen.id) : inWords(result, String(model), chosen.id);
  } finally {
    bar.end();
  }
}

/** The method has to be known before its flags can be read. */
function methodIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((argument) => argument === '--method' || argument.startsWith('--method='));
  return at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
}

/** Opens the models that options name. */
async function withModels(flags: readonly Flag[], options: Record<string, unknown>, signal: AbortSignal) {
  for (const { path, value } of flags) {
    const [name = ''] = path;
    if (value.type === 'model' && path.length === 1 && options[name] !== undefined) {
      options[name] = await openModel(String(options[name]), signal);
    }
  }
  return options;
}

function inJson(result: AttackResult, values: Map<string, FlagValue>, method: string): string {
  const { summary, seconds, status, success, labels, targets, cleanPredictions, predictions } = result;
  const { l0, l1, l2, linf } = result.distances;
  const each = {
    status,
    success,
    labels: [...labels],
    targets: targets && [...targets],
    cleanPredictions: [...cleanPredictions],
    predictions: [...predictions],
    distances: { l0: [...l0], l1: [...l1], l2: [...l2], linf: [...linf] },
    queries: [...result.queries],
    gradients: [...result.gradients],
  };
  const about = { model: values.get('model'), data: values.get('data') ?? 'mnist', method, samples: status.length };
  const { labelsFromModel } = result;
  return `${JSON.stringify(
    { ...about, ...summary, seconds, labelsFromModel, ...(values.get('per-sample') ? { perSample: each } : {}) },
    null,
    2,
  )}\n`;
}

function inWords({ summary, status, seconds, labelsFromModel }: AttackResult, model: string, method: string): string {
  const { meanDistance, queries, gradients } = summary;
  const attacked = status.filter((each) => each !== 'already-misclassified').length;
  const rows = [
    ['clean accuracy', percent(summary.cleanAccuracy), labelsFromModel ? "against the model's own predictions" : ''],
    ['accuracy under attack', percent(summary.robustAccuracy), ''],
    ['success rate', percent(summary.successRate), `of the ${attacked} samples that were right before`],
    ...Object.entries(meanDistance).map(([norm, value]) => [`mean distance ${norm}`, number(value), '']),
    ['queries a sample', number(queries), ''],
    ['gradients a sample', number(gradients), ''],
    ['time', `${number(seconds)} s`, ''],
  ];
  const lines = rows.map(([name = '', value = '', note]) =>
    `  ${name.padEnd(22)} ${value.padStart(10)}  ${note}`.trimEnd(),
  );
  return `${method} on ${model}, ${status.length} samples\n${lines.join('\n')}\n`;
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}

function number(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(4)));
}
