import { configure } from '../index.js';
import { type Flag, flag, parseFlags } from './flags.js';
import { describeFlags } from './help.js';
import { dataForms, openData, openModel } from './sources.js';
import { UsageError } from './usage_error.js';

const flags: Flag[] = [
  flag('model', 'string', 'A model of the catalogue, or an ONNX file.'),
  flag('data', 'string', dataForms, 'mnist'),
  flag('samples', 'integer', 'How many samples, from the first.', '100'),
  flag('workers', 'integer', 'How many workers share the samples.', '1'),
  flag('deterministic', 'boolean', 'Use the build that gives the same bytes everywhere.', 'false'),
  flag('json', 'boolean', 'Print one JSON object.', 'false'),
  flag('help', 'boolean', 'Print this.', 'false'),
];

export async function predictCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const values = parseFlags(argv, flags);
  if (values.get('help')) return `mlsec predict --model MODEL --data DATA [options]\n\n${describeFlags(flags)}`;
  const name = values.get('model');
  if (name === undefined) throw new UsageError('predict needs --model, a model of the catalogue or an ONNX file.');
  const count = Number(values.get('samples') ?? 100);
  if (count < 1) throw new UsageError('--samples must be at least 1.');
  configure({ workers: Number(values.get('workers') ?? 1), deterministic: values.get('deterministic') === true });
  const model = await openModel(String(name), signal);
  const data = await openData(String(values.get('data') ?? 'mnist'), count, signal, undefined, model.info.input);
  const { labels, probabilities } = await model.predict(data, { signal });
  const { classes, labels: names } = model.info.output;
  const samples = Array.from(labels, (label, index) => ({
    prediction: label,
    name: names[label],
    probability: probabilities[index * classes + label] ?? 0,
    ...(data.labels ? { label: data.labels[index] } : {}),
  }));
  const right = samples.filter(({ prediction, label }) => prediction === label).length;
  const accuracy = data.labels ? right / count : null;
  if (values.get('json')) return `${JSON.stringify({ model: name, accuracy, samples }, null, 2)}\n`;
  const lines = samples.map(({ name, probability, prediction, label }, index) => {
    const wrong = label !== undefined && label !== prediction ? `  wrong, it is ${names[label] ?? label}` : '';
    return `${String(index).padStart(5)}  ${name}  ${(probability * 100).toFixed(1)} %${wrong}`;
  });
  if (accuracy !== null) lines.push(`accuracy ${(accuracy * 100).toFixed(2)} %`);
  return `${lines.join('\n')}\n`;
}
