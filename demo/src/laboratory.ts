import {
  type AttackOptions,
  type AttackResult,
  attack,
  type DatasetId,
  load,
  type Model,
  type ShippedSamples,
  samples,
} from 'mlsec';
import { side } from './digit.js';
import { networks } from './networks.js';

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
  target: number | undefined;
  distances: { l0: number; l2: number; linf: number };
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

/** Attacks the image, and has the model read what comes of it. */
export async function examine(model: Model, question: Question, signal: AbortSignal): Promise<Finding> {
  const { pixels, label, target, method, options } = question;
  const result = await attack(model, asSample(pixels), {
    ...options,
    method,
    labels: label === undefined ? undefined : [label],
    targets: target === undefined ? undefined : [target],
    signal,
    deterministic,
  } as AttackOptions);
  const adversarial = result.adversarials.data;
  const { lower, upper } = model.info.input;
  const { l0, l2, linf } = result.distances;
  return {
    after: await read(model, adversarial, signal),
    original: Float32Array.from(pixels, (byte) => lower + ((upper - lower) * byte) / 255),
    adversarial,
    status: result.status[0] as Finding['status'],
    target,
    distances: { l0: l0[0] as number, l2: l2[0] as number, linf: linf[0] as number },
    queries: result.queries[0] as number,
    gradients: result.gradients[0] as number,
    seconds: result.seconds,
  };
}

function asSample(data: Uint8Array | Float32Array) {
  return { data, shape: [1, side, side, 1], layout: 'hwc' } as const;
}
