import type { ArchitectureName } from '../architectures.js';
import { type CallOptions, checkedCall, type Progress, progressOf } from '../call_options.js';
import { expectType, fail, MlsecError, refuseUnknown } from '../error.js';
import { expectModel } from '../evaluation/evaluate.js';
import type { Architecture, TrainMethodOptions } from '../generated/options.js';
import type { ModelInputs } from '../inputs.js';
import type { Model } from '../model.js';
import type { Samples } from '../protocol.js';
import { train } from '../train.js';
import { augmented, joined, reservoir, rowsOf } from './augment.js';
import { channelsLast, inputsOf } from './form.js';

export interface SubstituteOptions extends CallOptions {
  /** What the substitute is. Default 'mlp'. */
  architecture?: Architecture | ArchitectureName;
  /** How often the training set is augmented; a network is trained before the first time and after each. Default 6. */
  rounds?: number;
  /** How far augmentation moves each feature, as a share of the range of valid inputs; below 0 the other way. Default 0.1. */
  step?: number;
  /** After so many rounds the step changes its sign, and back again. Default: it keeps it. */
  alternateEvery?: number;
  /** How many samples are augmented in rounds after `reservoirAfter`, drawn anew each round. Default: all. */
  reservoirSize?: number;
  /** Default 3. */
  reservoirAfter?: number;
  /** The most samples that the victim may be asked about: the last round is cut short. */
  maxQueries?: number;
  /** Options of each training. Default: 10 epochs, and what `train` has. */
  training?: Omit<TrainMethodOptions, 'seed' | 'bounds'>;
  /** Of initial weights, the order of samples, and the reservoir. Default 0. */
  seed?: number;
  onProgress?: (progress: SubstituteProgress) => void;
}

/** `done` and `total` count trainings. */
export interface SubstituteProgress extends Progress {
  /** From 0, the training on the samples given. */
  round: number;
  /** On how many samples it is trained. */
  samples: number;
  queries: number;
}

/** A training. */
export interface SubstituteRound {
  /** On how many samples. */
  samples: number;
  /** Asked of the victim so far. */
  queries: number;
  /** Share of the samples new in this round on which the substitute of the round before agreed with the victim. */
  agreement: number | null;
}

export interface SubstituteResult {
  /** Takes the victim's inputs, images with the layout of its own that `info` says; and it has gradients. */
  model: Model;
  /** How many samples the victim was asked to label. */
  queries: number;
  rounds: SubstituteRound[];
  /** Whether maxQueries cut it short. */
  exhausted: boolean;
  seconds: number;
}

/**
 * Trains a network that answers as the victim does, of which only labels are asked: Papernot, McDaniel, Goodfellow,
 * Jha, Celik and Swami, "Practical black-box attacks against machine learning", 2017, algorithm 1. Each round adds, for
 * each sample, one a step further in the direction in which the substitute's output of its label changes.
 * @param inputs a few samples of what the victim is for; their labels are not looked at.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function substitute(
  victim: Model,
  inputs: ModelInputs,
  options: SubstituteOptions = {},
): Promise<SubstituteResult> {
  const begin = performance.now();
  expectModel(victim, 'victim');
  const settings = settingsOf(options);
  const { rounds, reservoirSize, maxQueries, training, seed, call } = settings;
  const { input, output } = victim.info;
  const { lower, upper } = input;
  let samples = channelsLast(inputs, input);
  const given = samples.shape[0] as number;
  if (given > maxQueries) {
    fail('out-of-range', 'maxQueries', `maxQueries must be at least ${given}, as many as there are samples to label.`);
  }
  const report = progressOf(
    options.onProgress && ((progress) => options.onProgress?.({ ...progress, ...latest(), round: trained.length - 1 })),
  );
  const trained: SubstituteRound[] = [];
  const latest = () => ({ samples: samples.shape[0] as number, queries });
  let queries = 0;
  const ask = async (asked: Samples): Promise<Int32Array> => {
    const { labels } = await victim.predict(inputsOf(asked), call);
    queries += labels.length;
    return labels;
  };
  let labels = await ask(samples);
  let model: Model | undefined;
  let exhausted = false;
  try {
    for (let round = 0; ; round++) {
      let agreement: number | null = null;
      if (model) {
        const all = labels.length;
        const few = reservoirSize !== undefined && round > settings.reservoirAfter;
        const wanted = few
          ? reservoir(all, reservoirSize, seed, round)
          : Uint32Array.from({ length: all }, (_, i) => i);
        const rows = wanted.subarray(0, maxQueries - queries);
        exhausted = rows.length < wanted.length;
        if (rows.length === 0) break;
        const own = Array.from(rows, (row) => labels[row] as number);
        const options = { loss: 'logit', labels: own, ...call } as const;
        const slopes = channelsLast(await model.gradient(inputsOf(rowsOf(samples, rows)), options), model.info.input);
        const added = augmented(samples, rows, slopes.data, stepOf(settings, round) * (upper - lower), {
          lower,
          upper,
        });
        const answers = await ask(added);
        const guesses = (await model.predict(inputsOf(added), call)).labels;
        agreement = guesses.filter((guess, row) => guess === answers[row]).length / rows.length;
        samples = joined(samples, added);
        labels = Int32Array.from([...labels, ...answers]);
        model.dispose();
        model = undefined;
      }
      trained.push({ ...latest(), agreement });
      model = await trainOn({ inputs: samples, labels, classes: output.classes, classNames: output.labels });
      if (round === rounds || exhausted) break;
    }
  } catch (error) {
    model?.dispose();
    throw error;
  }
  return { model, queries, rounds: trained, exhausted, seconds: (performance.now() - begin) / 1000 };

  async function trainOn(dataset: Parameters<typeof train>[1]): Promise<Model> {
    const before = trained.length - 1;
    const own = { epochs: 10, ...training, seed, bounds: [lower, upper] };
    const onProgress = ({ fraction }: Progress) => report(before + fraction, rounds + 1);
    try {
      return await train(settings.architecture, dataset, { ...own, ...call, onProgress });
    } catch (error) {
      if (!(error instanceof MlsecError) || !training || !(error.field in training)) throw error;
      throw new MlsecError(error.code, `training.${error.field}`, `training.${error.message}`, { cause: error });
    }
  }
}

/** Of a round: the periodical step size changes its sign every so often. */
function stepOf({ step, alternateEvery = Number.POSITIVE_INFINITY }: ReturnType<typeof settingsOf>, round: number) {
  return Math.floor((round - 1) / alternateEvery) % 2 === 1 ? -step : step;
}

/** The options, checked, with their defaults. */
function settingsOf(options: SubstituteOptions) {
  const { signal, deterministic, onProgress: _, ...own } = checkedCall(options);
  const { architecture = 'mlp', rounds = 6, step = 0.1, alternateEvery, reservoirSize, ...others } = own;
  const { reservoirAfter = 3, maxQueries = Number.POSITIVE_INFINITY, training, seed = 0, ...unknown } = others;
  refuseUnknown(unknown, 'substitute');
  expectType(training == null || typeof training === 'object', 'training', 'an object');
  expectWhole('rounds', rounds, 0, 100);
  expectWhole('reservoirAfter', reservoirAfter, 0, 100);
  expectWhole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  if (alternateEvery !== undefined) expectWhole('alternateEvery', alternateEvery, 1, 100);
  if (reservoirSize !== undefined) expectWhole('reservoirSize', reservoirSize, 1, 1e6);
  if (options.maxQueries !== undefined) expectWhole('maxQueries', maxQueries, 1, Number.MAX_SAFE_INTEGER);
  expectType(typeof step === 'number', 'step', 'a number');
  if (!(step !== 0 && Math.abs(step) <= 1)) fail('out-of-range', 'step', 'step must be from -1 to 1, but not 0.');
  const call: CallOptions = { ...(signal && { signal }), ...(deterministic !== undefined && { deterministic }) };
  return {
    architecture,
    rounds,
    step,
    alternateEvery,
    reservoirSize,
    reservoirAfter,
    maxQueries,
    training,
    seed,
    call,
  };
}

function expectWhole(field: string, value: number, least: number, most: number): void {
  expectType(typeof value === 'number', field, 'a number');
  if (Number.isInteger(value) && value >= least && value <= most) return;
  fail('out-of-range', field, `${field} must be a whole number from ${least} to ${most}.`);
}
