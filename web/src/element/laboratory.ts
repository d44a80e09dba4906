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
import { attackNamed } from './attacks.js';
import { digitShape, type ImageShape, imageShapeOf, toInput } from './image_shape.js';
import { networkNamed, networks } from './networks.js';

/** What a network says of an image. */
export interface Reading {
  label: number;
  probabilities: Float32Array;
}

/** What an attack came to. */
export interface Finding {
  after: Reading;
  /** In the model's own layout and range. */
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
  /** Pixel after pixel, a byte a channel. */
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

/** An attack's way is kept, up to 1,000 images, where that does not take more than 64 MB. */
const [mostImages, mostValues] = [1000, 1 << 24];

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
  for (const { id, dataset, origin } of networks()) {
    if (origin === 'file') continue;
    await modelNamed(id).catch(() => {});
    await samplesOf(dataset).catch(() => {});
  }
}

/** What the model says of an image: bytes are one pixel after another, floats as the model takes them. */
export async function read(model: Model, image: Uint8Array | Float32Array, signal: AbortSignal): Promise<Reading> {
  const data = image instanceof Uint8Array ? inputOf(model, image) : image;
  const { labels, probabilities } = await model.predict(asSample(model, data), { signal, deterministic });
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
  const original = inputOf(model, pixels);
  const result = await attack(model, asSample(model, original), {
    ...options,
    method,
    labels: label === undefined ? undefined : [label],
    targets: target === undefined ? undefined : [target],
    trajectory: original.length * stepsOf(method, options) <= mostValues,
    onProgress: ({ latest }: AttackProgress) => latest && onImage?.(latest.input),
    signal,
    deterministic,
  } as AttackOptions);
  const adversarial = result.adversarials.data;
  const { l0, l1, l2, linf } = result.distances;
  const visited = result.trajectories?.[0] ?? new Float32Array();
  return {
    after: await read(model, adversarial, signal),
    original,
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

/** How many images an attack may ask about, as far as its options tell. */
function stepsOf(method: string, values: Record<string, unknown>): number {
  const options = attackNamed(method)?.options ?? [];
  const steps = (name: string) => Number(values[name] ?? options.find((option) => option.name === name)?.default ?? 1);
  const known = options.some(({ name }) => name === 'steps');
  return known ? Math.min(mostImages, steps('steps') * steps('searchSteps') * steps('restarts')) : mostImages;
}

/** The images that a model takes; one that takes none is not asked here. */
function shapeFor({ info }: Model): ImageShape {
  return imageShapeOf(info.input) ?? digitShape;
}

function inputOf(model: Model, pixels: Uint8Array): Float32Array {
  return toInput(pixels, shapeFor(model), model.info.input);
}

function asSample({ info }: Model, data: Float32Array) {
  return { data, shape: [1, ...info.input.shape] };
}
