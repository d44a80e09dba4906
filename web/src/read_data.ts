import type { CallOptions } from './call_options.js';
import type { DataFileOptions, DataFiles } from './protocol.js';
import { run } from './runtime.js';

/** From this many bytes on, a worker of its own reads a file and ends: the memory of an instance never shrinks. */
const large = 1 << 24;

/**
 * Reads a file of numbers, in a worker: 'npy' and 'idx' give an array, 'csv' features and labels. `Dataset` of
 * mlsec/data makes data sets of them.
 * @param options `field` is what errors call the file; those of tables stand beside it.
 * @throws MlsecError naming the file, line and column at fault.
 */
export async function readData<F extends keyof DataFiles>(
  format: F,
  bytes: Uint8Array,
  options: DataFileOptions[F] & CallOptions & { field?: string } = {},
): Promise<DataFiles[F]> {
  const { signal, deterministic: _, field = format, ...own } = options;
  const task = { kind: 'read', format, bytes, field, options: own } as const;
  const [file] = await run([task], { signal, pack: 'files', once: bytes.length > large });
  return file as DataFiles[F];
}
