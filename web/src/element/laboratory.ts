import {
  type AttackOptions,
  type AttackProgress,
  type AttackResult,
  attack,
  type DatasetId,
  load,
  type Model,
  type ShippedSamples,
  samples,
} from 'mlsec';
import { side } from './digit.js';
import { networkNamed, networks } from './networks.js';

/** What a network says of an image. */
export interface Reading {
  label: number;
  probabilities: Float32Array;
}

/** What an attack came to. */
export interface Finding {
  after: Reading;
  /** A float a pixel, in the model's range. */
  original: Float32Array;
  adversarial: Float32Array;
  status: AttackResult['status'][number];
  /** The right class, where it is known. */
  label: number | undefined;
  target: number | undefined;
  distances: { l0: number; l1: number; l2: number; linf: number };
  /** The images the attack asked about, one after another. */
  way: Float32Array[];
  queries: number;
  gradients: number;
  seconds: number;
}

/** An image, and what to do to it. */
export interface Question {
  /** A byte a pixel. */
  pixels: Uint8Array;
  /** The right answer, where it is known. */
  label: number | undefined;
  target: number | undefined;
  method: string;
  options: Record<string, unknown>;
}

/** The same bytes on every machine, so that a link shows everyone the same. */
const deterministic = true;

/** How many samples of each data set there are, and how many are fetched first. */
export const sampleCount = 1000;
const fewSamples = 50;

const models = new Map<string, Promise<Model>>();
const sampleSets = new Map<string, Promise<ShippedSamples>>();

/** A model that ships, or was added. One that could not be fetched is tried again the next time. */
export function modelNamed(id: string): Promise<Model> {
  const loading = models.get(id) ?? load(id, { deterministic });
  models.set(id, loading);
  loading.catch(() => models.delete(id));
  return loading;
}

/** Adds a model under a new id, or takes the place of the former one. */
export function addModel(id: string, model: Model): void {
  void models.get(id)?.then((former) => former !== model && former.dispose());
  models.set(id, Promise.resolve(model));
}

/** The samples of a data set that ship. */
export function samplesOf(dataset: string): Promise<ShippedSamples> {
  const loading = sampleSets.get(dataset) ?? samples(dataset as DatasetId);
  sampleSets.set(dataset, loading);
  loading.catch(() => sampleSets.delete(dataset));
  return loading;
}

/** Frees the models that ship: nobody on the page needs them any more. */
export function forgetModels(): void {
  for (const [id, loading] of models) {
    if (networkNamed(id).origin) continue;
    models.delete(id);
    void loading.then(
      (model) => model.dispose(),
      () => {},
    );
  }
}

/** Enough of a data set's samples to have that one: the first few are a small file, which the page begins with. */
export async function samplesWith(dataset: string, sample: number): Promise<ShippedSamples> {
  if (sample >= fewSamples || sampleSets.has(dataset)) return samplesOf(dataset);
  const key = `${dataset} ${fewSamples}`;
  const loading = sampleSets.get(key) ?? samples(dataset as DatasetId, { first: fewSamples });
  sampleSets.set(key, loading);
  loading.catch(() => sampleSets.delete(key));
  return loading;
}

/** Fetches what else may be asked for, so that the page goes on without a network. */
export async function fetchTheRest(): Promise<void> {
  for (const { id, dataset } of networks()) {
    await modelNamed(id).catch(() => {});
    await samplesOf(dataset).catch(() => {});
  }
}

/** What the model says of the image as it is. */
export async function read(model: Model, pixels: Uint8Array | Float32Array, signal: AbortSignal): Promise<Reading> {
  const { labels, probabilities } = await model.predict(asSample(pixels), { signal, deterministic });
  return { label: labels[0] as number, probabilities };
}

/** Attacks the image, and has the model read what comes of it; `onImage` sees what the attack tries meanwhile. */
export async function examine(
  model: Model,
  question: Question,
  signal: AbortSignal,
  onImage?: (image: Float32Array) => void,
): Promise<Finding> {
  const { pixels, label, target, method, options } = question;
  const result = await attack(model, asSample(pixels), {
    ...options,
    method,
    labels: label === undefined ? undefined : [label],
    targets: target === undefined ? undefined : [target],
    trajectory: true,
    onProgress: ({ latest }: AttackProgress) => latest && onImage?.(latest.input),
    signal,
    deterministic,
  } as AttackOptions);
  const adversarial = result.adversarials.data;
  const { lower, upper } = model.info.input;
  const { l0, l1, l2, linf } = result.distances;
  const visited = result.trajectories?.[0] ?? new Float32Array();
  return {
    after: await read(model, adversarial, signal),
    original: Float32Array.from(pixels, (byte) => lower + ((upper - lower) * byte) / 255),
    adversarial,
    status: result.status[0] as Finding['status'],
    label,
    target,
    distances: { l0: l0[0] as number, l1: l1[0] as number, l2: l2[0] as number, linf: linf[0] as number },
    way: Array.from({ length: visited.length / adversarial.length }, (_, index) =>
      visited.subarray(index * adversarial.length, (index + 1) * adversarial.length),
    ),
    queries: result.queries[0] as number,
    gradients: result.gradients[0] as number,
    seconds: result.seconds,
  };
}

function asSample(data: Uint8Array | Float32Array) {
  return { data, shape: [1, side, side, 1], layout: 'hwc' } as const;
}
