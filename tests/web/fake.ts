// Points the package at the worker with the fake core.
import { pathToFileURL } from 'node:url';
import { configure, load, type Model, type Settings } from '../../web/src/index.js';
import { wasmBinary } from './empty_module.js';

export const workerUrl = pathToFileURL('build/tests/fake_worker.mjs');
const wasmUrl = pathToFileURL('build/tests/empty.wasm');
const packs = {
  files: { wasmUrl, workerUrl: pathToFileURL('build/tests/fake_files_worker.mjs') },
  'attacks-simd': { wasmUrl, workerUrl: pathToFileURL('build/tests/fake_attacks_worker.mjs') },
  'training-simd': { wasmUrl, workerUrl },
  'training-relaxed': { wasmUrl, workerUrl },
};

export { wasmBinary };

export function useFakeCore(settings: Settings = {}): void {
  configure({ workerUrl, wasmBinary, packs, workers: 1, ...settings });
}

/** Two classes: the larger of two features wins. */
export function loadFake(): Promise<Model> {
  return load(new TextEncoder().encode('{"weights": [[1, 0], [0, 1]]}'), { name: 'fake' });
}

/** Samples of two features, alternately of class 0 and 1. */
export function fakeInputs(rows: number): { data: Float32Array; shape: number[] } {
  const data = Float32Array.from(
    { length: rows * 2 },
    (_, index) => ([0.5, 0.25, 0.25, 0.5][index % 4] ?? 0) + index / 1e5,
  );
  return { data, shape: [rows, 2] };
}

/** Options of the fake core's attacks, which no type knows. */
export function fakeOptions(options: Record<string, unknown>): never {
  return options as never;
}

/** The error that a promise rejects with. */
export async function errorOf(
  promise: Promise<unknown>,
): Promise<{ code: string; field: string; message: string; cause?: unknown }> {
  try {
    await promise;
  } catch (error) {
    return error as never;
  }
  throw new Error('This should have been refused.');
}
