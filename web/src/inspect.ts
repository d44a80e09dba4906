import { checkedCall, progressOf } from './call_options.js';
import type { ModelContent } from './core/binding.js';
import type { LoadOptions } from './load.js';
import { type ModelFile, type ModelFormat, modelOutline } from './model_bytes.js';
import { run } from './runtime.js';

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
  const { bytes, format } = await modelOutline(source, {
    signal,
    architecture,
    onBytes: onProgress && progressOf(onProgress),
  });
  const [content] = await run([{ kind: 'inspect', bytes, options: description }], {
    ...(signal && { signal }),
    ...(deterministic !== undefined && { deterministic }),
  });
  return { format, ...(content as ModelContent) };
}
