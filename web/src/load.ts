import { resolveAddress } from './address.js';
import { assets } from './assets/files.js';
import { type CallOptions, checkedCall } from './call_options.js';
import { fail } from './error.js';
import { readAsset } from './fetching.js';
import type { ModelFileOptions, ModelId } from './generated/options.js';
import { type Model, makeModel } from './model.js';
import { warmUp } from './runtime.js';

/** What the file may leave open, and the options of the call. */
export type LoadOptions = ModelFileOptions & CallOptions;

/** A model that comes with the package, by its id, or an ONNX file: its address, a File or Blob, or its bytes. */
export type ModelFile = ModelId | (string & {}) | URL | Blob | ArrayBuffer | Uint8Array;

/**
 * Loads a model.
 * @throws MlsecError 'load-failed' where the file cannot be had, 'unknown-name' where no model has that id, 'malformed',
 *   'too-large' or 'unsupported' where the file is not a model the package can run.
 */
export async function load(source: ModelFile, options: LoadOptions = {}): Promise<Model> {
  const { signal, deterministic, ...description } = checkedCall(options);
  signal?.throwIfAborted();
  const bytes = await readFile(source, signal, () => warmUp(deterministic));
  const name = typeof source === 'string' ? source : undefined;
  return makeModel({ bytes, options: name ? { name, ...description } : description }, { signal, deterministic });
}

/** `waiting` is called where the file has to be fetched. */
async function readFile(source: ModelFile, signal: AbortSignal | undefined, waiting: () => void): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source.slice();
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (source instanceof URL) {
    waiting();
    return readAsset(source, 'source', signal);
  }
  if (typeof source !== 'string') {
    return fail(
      'wrong-type',
      'source',
      "source must be a model's id, an address, a Blob, an ArrayBuffer or a Uint8Array.",
    );
  }
  const shipped = Object.hasOwn(assets.models, source) ? assets.models[source] : undefined;
  if (!shipped && !/[./]/.test(source)) {
    const ids = Object.keys(assets.models).join(', ');
    fail(
      'unknown-name',
      'source',
      `source: no model is called '${source}'; there are ${ids}, and addresses of ONNX files.`,
    );
  }
  waiting();
  return readAsset(shipped ? shipped() : resolveAddress(source, 'source'), 'source', signal);
}
