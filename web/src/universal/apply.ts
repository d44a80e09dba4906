import { expectType, fail } from '../error.js';
import { type ModelInputs, readSamples, sizeOf } from '../inputs.js';
import type { Layout } from '../layout.js';
import type { Samples } from '../protocol.js';
import { layPatch } from './patch_map.js';
import type { Patch, UniversalPerturbation } from './pattern.js';

/** Samples under a pattern, for any model that takes inputs of these extents. */
export type Placed = Samples & { layout?: Layout };

/** Where a patch lies. */
export interface PatchPlacement {
  /** Of its middle, in pixels from the middle of the image's first pixel. Default: the middle of the image. */
  row?: number;
  column?: number;
  /** How large it is, relative to one pixel of the patch a pixel of the image. Default 1. */
  scale?: number;
  /** How far it is turned, counter-clockwise, in degrees. Default 0. */
  rotation?: number;
}

/**
 * The perturbation added to each sample, within the bounds of valid inputs.
 * @throws MlsecError naming `inputs` where they do not have the perturbation's extents.
 */
export function applyPerturbation(inputs: ModelInputs, perturbation: UniversalPerturbation): Placed {
  expectType(perturbation?.kind === 'perturbation', 'perturbation', 'what universal() has found');
  const { input } = perturbation;
  const { data, rows } = samplesOf(inputs, input);
  const size = sizeOf(input);
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const sum = Math.fround((data[i] as number) + (perturbation.data[i % size] as number));
    out[i] = Math.min(Math.max(sum, input.lower), input.upper);
  }
  return placed(out, rows, input);
}

/**
 * The patch laid over each image; `placement` says where, for all images or one for each. Nothing changes beside the
 * patch.
 * @throws MlsecError naming the argument at fault.
 */
export function applyPatch(
  inputs: ModelInputs,
  patch: Patch,
  placement: PatchPlacement | readonly PatchPlacement[] = {},
): Placed {
  expectType(patch?.kind === 'patch', 'patch', 'a patch that universal() has found');
  const { input } = patch;
  const { data, rows } = samplesOf(inputs, input);
  const places = Array.isArray(placement) ? placement : [];
  if (Array.isArray(placement) && places.length !== rows) {
    fail('shape-mismatch', 'placement', `placement must have ${rows} entries, one for each image.`);
  }
  const out = data.slice();
  const size = sizeOf(input);
  for (let row = 0; row < rows; row++) {
    const place = places[row] ?? placement;
    checkPlacement(place, places.length > 0 ? `placement[${row}]` : 'placement');
    layPatch(patch, place, out.subarray(row * size, (row + 1) * size));
  }
  return placed(out, rows, input);
}

function checkPlacement(place: PatchPlacement, field: string): void {
  expectType(typeof place === 'object' && place !== null, field, 'an object { row, column, scale, rotation }');
  for (const name of ['row', 'column', 'scale', 'rotation'] as const) {
    const value = place[name];
    if (value === undefined) continue;
    expectType(typeof value === 'number', `${field}.${name}`, 'a number');
    if (!Number.isFinite(value)) fail('not-finite', `${field}.${name}`, `${field}.${name} must be finite.`);
    if (name === 'scale' && !(value > 0)) fail('out-of-range', `${field}.scale`, `${field}.scale must be above 0.`);
  }
}

function samplesOf(inputs: ModelInputs, input: UniversalPerturbation['input']): { data: Float32Array; rows: number } {
  const { data } = readSamples(inputs, input);
  const rows = data.length / sizeOf(input);
  if (!Number.isInteger(rows) || rows === 0) {
    fail('shape-mismatch', 'inputs', `inputs must be samples of ${input.shape.join(' x ')} numbers.`);
  }
  return { data, rows };
}

function placed(data: Float32Array, rows: number, { shape, layout }: UniversalPerturbation['input']): Placed {
  return { data, shape: [rows, ...shape], ...(layout !== 'flat' && { layout }) };
}
