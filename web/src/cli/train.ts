import { readFile, writeFile } from 'node:fs/promises';
import { architectureNames } from '../architectures.js';
import { type AttackDescription, catalog } from '../catalog.js';
import type { Dataset } from '../data.js';
import { type Architecture, type ArchitectureName, configure, type Epoch, type Model, train } from '../index.js';
import { type Flag, type FlagValue, flag, flagsOf, optionsOf, parseFlags } from './flags.js';
import { describeAttack, describeFlags } from './help.js';
import { progressBar } from './progress_bar.js';
import { dataForms, openTrainingData } from './sources.js';
import { suggest, UsageError } from './usage_error.js';

const own: Flag[] = [
  flag('data', 'string', `What to learn. mnist or fashion, whole, where they are installed. Or: ${dataForms}`),
  flag(
    'architecture',
    'string',
    `${architectureNames.join(', ')}, or a .json file {"input": [...], "layers": [...]}.`,
    'cnn',
  ),
  flag('out', 'string', 'Where to write the model.', 'model.onnx'),
  flag('precision', 'string', 'How weights are stored: float32 or float16.', 'float32'),
  flag('checkpoint', 'string', 'A file for the state after each epoch.'),
  flag('resume', 'string', 'A checkpoint to go on from; all else as it was then.'),
  flag('workers', 'integer', 'How many workers share each batch; the result does not depend on it.', '1'),
  flag('deterministic', 'boolean', 'Use the build that gives the same bytes everywhere.', 'false'),
  flag('json', 'boolean', 'Print one JSON object.', 'false'),
  flag('help', 'boolean', 'Print this.', 'false'),
];

export async function trainCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const training = flagsOf(catalog().trainOptions);
  const attack = attackIn(argv);
  // The attack's own options stand beside those of training, which go first where both have a name.
  const taken = new Set([...own, ...training].map(({ name }) => name));
  const ofAttack = flagsOf(attack?.options ?? []).map((each) =>
    taken.has(each.name) ? { ...each, name: `adversarial-${each.name}` } : each,
  );
  const flags = [...own, ...training, ...ofAttack];
  if (argv.includes('--help')) {
    const about = attack ? `\n${describeAttack(attack)}` : '';
    return `mlsec train --data DATA --architecture ARCHITECTURE [--adversarial METHOD] [options]\n${about}\n${describeFlags(flags)}`;
  }
  const values = parseFlags(argv, flags);
  const data = values.get('data');
  if (data === undefined) throw new UsageError('train needs --data, what to learn: mnist, fashion, or files.');
  configure({ workers: Number(values.get('workers') ?? 1), deterministic: values.get('deterministic') === true });
  const precision = String(values.get('precision') ?? 'float32');
  if (precision !== 'float32' && precision !== 'float16') {
    throw new UsageError(`--precision must be float32 or float16, not '${precision}'.`);
  }

  const dataset = await openTrainingData(String(data), 'train', { signal });
  const bar = progressBar();
  const epochs: Epoch[] = [];
  try {
    const model = await train(await architectureIn(values), dataset, {
      ...optionsOf(training, values, 1),
      ...(attack && { adversarial: { method: attack.id as never, ...optionsOf(ofAttack, values, 1) } }),
      ...(values.has('resume') && { checkpoint: await readCheckpoint(String(values.get('resume'))) }),
      signal,
      onProgress: bar.update,
      onEpoch(epoch) {
        epochs.push(epoch);
        bar.end();
        if (!values.get('json')) process.stderr.write(`${inWords(epoch)}\n`);
      },
      onCheckpoint: keepIn(values.get('checkpoint')),
    });
    const file = await model.save('onnx', { precision });
    const out = String(values.get('out') ?? 'model.onnx');
    await writeFile(out, file);
    const { datasets } = catalog();
    const testAccuracy = datasets.some(({ id }) => id === data)
      ? await accuracy(model, await openTrainingData(String(data), 'test', { signal }))
      : undefined;
    const result = { data, out, bytes: file.length, parameters: model.info.parameters, testAccuracy, epochs };
    return values.get('json') ? `${JSON.stringify(result, null, 2)}\n` : summary(result);
  } finally {
    bar.end();
  }
}

function attackIn(argv: readonly string[]): AttackDescription | undefined {
  const at = argv.findIndex((argument) => /^--adversarial(=|$)/.test(argument));
  if (at < 0) return undefined;
  const name = argv[at]?.split('=')[1] ?? argv[at + 1];
  const { attacks } = catalog();
  const ids = attacks.map(({ id }) => id as string);
  const found = attacks.find(({ id }) => id === name);
  if (found) return found;
  throw new UsageError(
    `--adversarial: there is no attack '${name}'.${suggest(name ?? '', ids)} Attacks: ${ids.join(', ')}.`,
  );
}

async function architectureIn(values: Map<string, FlagValue>): Promise<Architecture | ArchitectureName> {
  const name = String(values.get('architecture') ?? 'cnn');
  if (!name.endsWith('.json')) {
    if ((architectureNames as string[]).includes(name)) return name as ArchitectureName;
    throw new UsageError(
      `--architecture: there is no architecture '${name}'.${suggest(name, architectureNames)} ` +
        `There are ${architectureNames.join(', ')}, and .json files.`,
    );
  }
  const text = await readFile(name, 'utf8').catch(() => {
    throw new UsageError(`--architecture: there is no file '${name}'.`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--architecture: '${name}' is no JSON: ${(error as Error).message}`);
  }
}

async function readCheckpoint(path: string): Promise<Uint8Array> {
  return readFile(path).catch(() => {
    throw new UsageError(`--resume: there is no file '${path}'.`);
  });
}

/** Written one after another, each whole before it takes the place of the one before. */
function keepIn(path: FlagValue | undefined): ((checkpoint: Uint8Array) => void) | undefined {
  if (path === undefined) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (checkpoint) => {
    last = last.then(async () => {
      const { rename } = await import('node:fs/promises');
      await writeFile(`${path}.part`, checkpoint);
      await rename(`${path}.part`, String(path));
    });
  };
}

async function accuracy(model: Model, test: Dataset): Promise<number> {
  const { labels } = await model.predict(test);
  return labels.reduce((right, label, row) => right + Number(label === test.labels?.[row]), 0) / labels.length;
}

function inWords(epoch: Epoch): string {
  const share = (name: string, value: number | undefined) =>
    value === undefined ? '' : `, ${name} ${(100 * value).toFixed(2)} %`;
  return (
    `epoch ${epoch.epoch}: loss ${epoch.loss.toFixed(4)}${share('accuracy', epoch.accuracy)}` +
    `${share('held out', epoch.validationAccuracy)}${share('robust', epoch.robustAccuracy)}, ${epoch.seconds.toFixed(1)} s`
  );
}

function summary(result: { out: string; bytes: number; parameters: number; testAccuracy: number | undefined }): string {
  const { out, bytes, parameters, testAccuracy } = result;
  const tested = testAccuracy === undefined ? '' : `, ${(100 * testAccuracy).toFixed(2)} % of the test samples`;
  return `${out}: ${parameters} parameters, ${bytes} bytes${tested}\n`;
}
