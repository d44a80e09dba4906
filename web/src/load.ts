import { type CallOptions, checkedCall, type Progress, progressOf } from './call_options.js';
import type { Architecture, ModelFileOptions } from './generated/options.js';
import { type Model, makeModel } from './model.js';
import { type ModelFile, modelBytes } from './model_bytes.js';
import { warmUp } from './runtime.js';

/** What the file may leave open, and the options of the call. */
export type LoadOptions = ModelFileOptions &
  CallOptions & {
    /** The network whose weights a safetensors file holds; no other file needs one. */
    architecture?: Architecture;
    onProgress?: (progress: Progress) => void;
  };

/**
 * Loads a model. `onProgress` counts bytes that are fetched. Nothing is kept between calls: what the browser caches is
 * the server's to say.
 * @throws MlsecError 'load-failed' where the file cannot be had, 'unknown-name' where no model has that id, 'malformed',
 *   'too-large' or 'unsupported' where the file is not a model the package can run.
 */
export async function load(source: ModelFile, options: LoadOptions = {}): Promise<Model> {
  const { signal, deterministic, onProgress, architecture, ...description } = checkedCall(options);
  signal?.throwIfAborted();
  const { bytes } = await modelBytes(source, {
    signal,
    architecture,
    waiting: () => warmUp(deterministic),
    onBytes: onProgress && progressOf(onProgress),
  });
  const name = typeof source === 'string' ? source : undefined;
  return makeModel({ bytes, options: name ? { name, ...description } : description }, { signal, deterministic });
}
