import type { CallOptions } from './call_options.js';
import { checkPerSample, largestChunk, optionsFor, rowsOf } from './chunks.js';
import { expectType } from './error.js';
import type { GradientMethodOptions } from './generated/options.js';
import { inChunks } from './in_chunks.js';
import { labelsOf, type ModelInputs, readSamples, sizeOf } from './inputs.js';
import type { ModelState } from './model.js';
import type { Samples } from './protocol.js';
import { readLabels } from './training_data.js';

export type GradientOptions = GradientMethodOptions & CallOptions;

/** Gradients to the inputs, in the model's own layout. */
export interface InputGradient extends Samples {
  /** Row after row, as many numbers as the inputs have. */
  data: Float32Array;
  /** [rows, ...extents of one sample]. */
  shape: number[];
  /** The loss of each sample. */
  losses: Float32Array;
  /** The label of each sample's loss: the one given, or the model's own prediction. */
  labels: Int32Array;
}

/** Gradients of every logit to the inputs, in the model's own layout. */
export interface Jacobian extends Samples {
  /** Of each sample, one gradient a class, each with as many numbers as the sample. */
  data: Float32Array;
  /** [rows, classes, ...extents of one sample]. */
  shape: number[];
  /** Row after row, `classes` each. */
  logits: Float32Array;
}

/** A Jacobian comes in pieces of about this many numbers, so that neither memory nor patience runs out. */
const jacobianPiece = 1 << 22;

export async function gradient(
  state: ModelState,
  inputs: ModelInputs,
  { signal, deterministic, ...given }: GradientOptions,
): Promise<InputGradient> {
  const { record, info } = state;
  const samples = readSamples(inputs, info.input);
  const own: Record<string, unknown> = { ...labelsOf(inputs), ...given };
  for (const name in own) {
    if (name === 'labels') own[name] = own[name] == null ? undefined : readLabels(own[name] as ArrayLike<number>);
    else expectType(Object(own[name]) !== own[name], name, 'a plain value');
  }
  const features = sizeOf(info.input);
  checkPerSample(own, rowsOf(samples, info.input), features);
  const joined = await inChunks(state, samples, { signal, deterministic }, (chunk, total) => ({
    kind: 'gradient',
    model: record.key,
    inputs: chunk.inputs,
    options: optionsFor(own, chunk, total, features),
  }));
  return { ...joined, shape: [joined.losses.length, ...info.input.shape] };
}

export async function jacobian(state: ModelState, inputs: ModelInputs, options: CallOptions): Promise<Jacobian> {
  const { record, info } = state;
  const { classes } = info.output;
  const most = Math.min(largestChunk, Math.ceil(jacobianPiece / classes / sizeOf(info.input)));
  const joined = await inChunks(
    state,
    readSamples(inputs, info.input),
    options,
    ({ inputs }) => ({ kind: 'jacobian', model: record.key, inputs }),
    most,
  );
  return { ...joined, shape: [joined.logits.length / classes, classes, ...info.input.shape] };
}

export async function activation(
  state: ModelState,
  inputs: ModelInputs,
  layer: number | string,
  options: CallOptions,
): Promise<Samples> {
  const { record, info } = state;
  expectType(typeof layer === 'number' || typeof layer === 'string', 'layer', 'the index of a layer or its name');
  const samples = readSamples(inputs, info.input);
  const { data, layer: index } = await inChunks(state, samples, options, ({ inputs }) => ({
    kind: 'activation',
    model: record.key,
    inputs,
    layer,
  }));
  const shape = info.layers[index]?.shape ?? [];
  return { data, shape: [data.length / sizeOf({ shape }), ...shape] };
}
