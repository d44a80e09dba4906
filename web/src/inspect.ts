import { checkedCall, progressOf } from './call_options.js';
import type { ModelContent } from './core/binding.js';
import { fail } from './error.js';
import { bytesOf, checkAnswer, joined, readAsset, reading, tooLarge, unreadable } from './fetching.js';
import type { LoadOptions } from './load.js';
import {
  addressOf,
  counting,
  fromModelJson,
  fromParts,
  fromSafetensors,
  isModelJson,
  isParts,
  isSafetensors,
  type ModelFile,
  type ModelFormat,
  mostBytes,
  whereabouts,
} from './model_bytes.js';
import { run } from './runtime.js';

/** What model_outline.js, a file of its own, shares with this one: there is one set of workers and one class of errors. */
const host = {
  addressOf,
  bytesOf,
  checkAnswer,
  counting,
  fail,
  fromModelJson,
  fromParts,
  fromSafetensors,
  isModelJson,
  isParts,
  isSafetensors,
  joined,
  mostBytes,
  readAsset,
  reading,
  tooLarge,
  unreadable,
  whereabouts,
};
export type Host = typeof host;

export interface ModelInspection extends ModelContent {
  format: ModelFormat;
}

/**
 * What a model file holds, and every reason why it could not be loaded with these options: which operation of which node is not supported.
 * Large weights are not fetched where the server gives pieces of files (HTTP's Range); what is wrong with their numbers shows when they are loaded.
 * @throws MlsecError where the file cannot be had or is no model at all
 */
export async function inspect(source: ModelFile, options: LoadOptions = {}): Promise<ModelInspection> {
  const { signal, deterministic, onProgress, architecture, ...description } = checkedCall(options);
  signal?.throwIfAborted();
  const { modelOutline } = await import('./model_outline.js');
  const reading = { signal, architecture, onBytes: onProgress && progressOf(onProgress) };
  const { bytes, format } = await modelOutline(source, reading, host);
  const [content] = await run([{ kind: 'inspect', bytes, options: description }], {
    ...(signal && { signal }),
    ...(deterministic !== undefined && { deterministic }),
  });
  return { format, ...(content as ModelContent) };
}
