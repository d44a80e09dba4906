import { attack } from '../attack.js';
import { type CallOptions, checkedCall, type Progress, progressOf } from '../call_options.js';
import { modelFrom } from '../callback.js';
import { catalog } from '../catalog_lazily.js';
import { expectType, fail, refuseUnknown } from '../error.js';
import type { CorruptionOptions } from '../generated/options.js';
import { labelsOf, type ModelInputs, readSamples, type SampleArray } from '../inputs.js';
import { type Layout, layOut } from '../layout.js';
import type { Model } from '../model.js';
import { expectModel, readEvaluationLabels } from './evaluate.js';
import { type Share, shareOf } from './statistics.js';

/** The name of a corruption. */
export type Corruption = NonNullable<CorruptionOptions['corruption']>;

export interface CorruptOptions extends CallOptions {
  corruption: Corruption;
  /** From 1 to 5; default 3. */
  severity?: number;
  seed?: number;
  onProgress?: (progress: Progress) => void;
}

/** What models and evaluations take: corrupted samples, with the labels that came with the clean ones. */
export interface CorruptedSamples {
  inputs: SampleArray;
  labels?: ArrayLike<number>;
}

/**
 * A corrupted copy of all samples, for a model that takes images; the model itself is not asked. The same seed gives
 * the same copy, whatever the number of workers.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function corrupt(model: Model, data: ModelInputs, options: CorruptOptions): Promise<CorruptedSamples> {
  expectModel(model, 'model');
  const { corruption, severity, seed, signal, deterministic, onProgress, ...unknown } = checkedCall(options);
  refuseUnknown(unknown, 'corrupt');
  const { input } = model.info;
  if (input.kind !== 'image' || input.layout === 'flat') {
    fail('unsupported', 'model', 'Corruptions are for images, but this model takes vectors.');
  }
  const own = readSamples(data, input);
  const [rows = 0, ...extents] = own.shape;
  // Extents of 1 may stand anywhere: that moves no number.
  const long = (shape: readonly number[]) => shape.filter((extent) => extent !== 1).join(' x ');
  if (long(extents) !== long(input.shape)) {
    fail('shape-mismatch', 'inputs', `inputs has samples of ${extents.join(' x ')}, not ${input.shape.join(' x ')}.`);
  }
  const [height, width, channels] = (
    input.layout === 'hwc' ? input.shape : [input.shape[1], input.shape[2], input.shape[0]]
  ) as [number, number, number];
  const shape = [height, width, channels];
  const samples = layOut({ data: own.data, shape: [rows, ...input.shape] }, input.layout as Layout, {
    ...input,
    shape,
    layout: 'hwc',
  });
  // To a model that is always right no attack succeeds, so that every sample comes back changed.
  const blind = await modelFrom(
    ({ shape: [asked = 0] }) => new Float32Array(asked),
    { shape, lower: input.lower, upper: input.upper, classes: 2, output: 'labels' },
    { signal, deterministic },
  );
  try {
    const { adversarials } = await attack(blind, samples, {
      method: 'corruption',
      corruption,
      ...(severity !== undefined && { severity }),
      ...(seed !== undefined && { seed }),
      labels: new Int32Array(rows),
      signal,
      deterministic,
      onProgress,
    } as never);
    return { inputs: { ...adversarials, layout: 'hwc' }, ...labelsOf(data) };
  } finally {
    blind.dispose();
  }
}

export interface CorruptionAccuracyOptions extends CallOptions {
  /** Default: all. */
  corruptions?: readonly Corruption[];
  /** Default: 1 to 5. */
  severities?: readonly number[];
  seed?: number;
  /** Default: those that come with the data, or else what the model says of the clean samples. */
  labels?: ArrayLike<number>;
  /** Counts corrupted copies of the data. */
  onProgress?: (progress: Progress) => void;
}

/** How accurate a model stays under corruptions. Plain data. */
export interface CorruptionReport {
  model: string;
  samples: number;
  /** True where no labels were given and the model's own predictions count as right. */
  labelsFromModel: boolean;
  severities: number[];
  cleanAccuracy: Share;
  corruptions: {
    corruption: Corruption;
    /** An entry for each severity. */
    accuracy: Share[];
    /** Over the severities. */
    mean: number;
  }[];
  /** Over all corruptions and severities; 1 less this is the mean corruption error before any normalisation. */
  meanAccuracy: number;
}

/**
 * Accuracy on corrupted copies of the data, for each corruption and severity, and its mean (Hendrycks and Dietterich,
 * 2019, section 4.2, without dividing by another model's errors).
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function corruptionAccuracy(
  model: Model,
  data: ModelInputs,
  options: CorruptionAccuracyOptions = {},
): Promise<CorruptionReport> {
  expectModel(model, 'model');
  const {
    corruptions,
    severities = [1, 2, 3, 4, 5],
    seed,
    signal,
    deterministic,
    labels: _,
    onProgress: __,
    ...unknown
  } = checkedCall(options);
  refuseUnknown(unknown, 'corruptionAccuracy');
  const call = { signal, deterministic };
  const known = (await catalog()).attacks
    .find(({ id }) => id === 'corruption')
    ?.options.find(({ name }) => name === 'corruption')?.values as Corruption[];
  const chosen = corruptions ?? known;
  expectType(Array.isArray(chosen) && chosen.length > 0, 'corruptions', 'a list of at least one corruption');
  expectType(Array.isArray(severities) && severities.length > 0, 'severities', 'a list of at least one number');
  for (const [index, name] of chosen.entries()) {
    if (known.includes(name)) continue;
    fail(
      'unknown-name',
      `corruptions[${index}]`,
      `There is no corruption '${name}'. Corruptions: ${known.join(', ')}.`,
    );
  }
  for (const [index, severity] of severities.entries()) {
    if (Number.isInteger(severity) && severity >= 1 && severity <= 5) continue;
    fail('out-of-range', `severities[${index}]`, `severities[${index}] must be a whole number from 1 to 5.`);
  }
  const { labels: predicted } = await model.predict(data, call);
  const total = predicted.length;
  const given = readEvaluationLabels(data, options.labels, total, model.info.output.classes);
  const labels = given ?? predicted;
  const accuracyOf = (answers: Int32Array) =>
    shareOf(answers.filter((answer, row) => answer === labels[row]).length, total);
  const report = progressOf(options.onProgress);
  const results: CorruptionReport['corruptions'] = [];
  for (const [index, corruption] of chosen.entries()) {
    const accuracy: Share[] = [];
    for (const [place, severity] of severities.entries()) {
      report(index * severities.length + place, chosen.length * severities.length);
      const { inputs } = await corrupt(model, data, {
        corruption,
        severity,
        ...(seed !== undefined && { seed }),
        ...call,
      });
      accuracy.push(accuracyOf((await model.predict(inputs, call)).labels));
    }
    results.push({ corruption, accuracy, mean: meanOf(accuracy.map(({ value }) => value)) });
  }
  report(chosen.length * severities.length, chosen.length * severities.length);
  return {
    model: model.info.name,
    samples: total,
    labelsFromModel: !given,
    severities: [...severities],
    cleanAccuracy: accuracyOf(predicted),
    corruptions: results,
    meanAccuracy: meanOf(results.map(({ mean }) => mean)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
