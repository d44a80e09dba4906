import { resolveAddress } from '../address.js';
import type { CallOptions } from '../call_options.js';
import { fail } from '../error.js';
import { readAsset } from '../fetching.js';
import { inflate } from './inflate.js';

/** A file: its address (in Node, a path), a File or Blob, or its bytes. */
export type DataFile = string | URL | Blob | ArrayBuffer | Uint8Array;

/** Options of reading files. */
export type ReadOptions = Pick<CallOptions, 'signal' | 'deterministic'>;

/** As many bytes as a file may have when it is unpacked. */
export const largestFile = 1 << 29;

/** The bytes of a file; what is gzipped is unpacked. */
export async function readSource(file: DataFile, field: string, { signal }: ReadOptions = {}): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const bytes = await readBytes(file, field, signal);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return inflate(bytes, 'gzip', largestFile, field);
}

async function readBytes(file: DataFile, field: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (file instanceof Uint8Array) return file;
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (file instanceof Blob) return new Uint8Array(await file.arrayBuffer());
  if (file instanceof URL) return readAsset(file, field, signal);
  if (typeof file === 'string') return readAsset(addressOf(file, field), field, signal);
  return fail('wrong-type', field, `${field} must be an address, a Blob, an ArrayBuffer or a Uint8Array.`);
}

/** In Node, what does not begin like an address is a path, whatever characters are in it. */
export function addressOf(file: string, field: string): URL {
  const urls = globalThis.process?.getBuiltinModule?.('node:url');
  return urls && !/^[a-z]{2,}:/i.test(file) ? urls.pathToFileURL(file) : resolveAddress(file, field);
}
