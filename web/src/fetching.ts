import type { Asset } from './assets/asset.js';
import { fail, MlsecError } from './error.js';

/** How much of a file is read at most, and who is told of it. `total` is what the server says, or what has come. */
export interface ReadingLimits {
  most?: number;
  onBytes?(done: number, total: number): void;
}

/** The bytes of an asset, from the network, Node's file system, or the package itself. */
export async function readAsset(
  asset: Asset,
  field: string,
  signal?: AbortSignal,
  limits: ReadingLimits = {},
): Promise<Uint8Array> {
  if (typeof asset === 'function') return asset();
  const files = asset.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (!files) return bytesOf(asset, await answerOf(asset, field, signal), field, signal, limits);
  const { most = Infinity } = limits;
  const { size } = await reading(asset, field, files.stat(asset), signal);
  if (size > most) fail('too-large', field, tooLarge(asset, field, most));
  return new Uint8Array(await reading(asset, field, files.readFile(asset, { signal }), signal));
}

/**
 * A core, compiled while it arrives where the server calls it what it is; browsers then keep the compiled code, too.
 * @throws MlsecError 'load-failed'
 */
export async function compileAsset(asset: Asset | Uint8Array, field: string): Promise<WebAssembly.Module> {
  try {
    if (asset instanceof URL && /^https?:$/.test(asset.protocol)) {
      const response = await answerOf(asset, field);
      if (/^application\/wasm\b/.test(typeOf(response))) return await WebAssembly.compileStreaming(response);
      return await compile(await bytesOf(asset, response, field));
    }
    return await compile(asset instanceof Uint8Array ? asset : await readAsset(asset, field));
  } catch (error) {
    if (error instanceof MlsecError) throw error;
    return fail('load-failed', field, `The core could not be compiled: ${error}.`, error);
  }
}

const compile = (bytes: Uint8Array) => WebAssembly.compile(bytes as BufferSource);
const typeOf = (response: Response) => response.headers.get('content-type') ?? '';

/** A server's answer that may be the asset; its body is yet to be read. */
async function answerOf(asset: URL, field: string, signal?: AbortSignal): Promise<Response> {
  const response = await reading(asset, field, fetch(asset, { signal }), signal);
  checkAnswer(asset, response, field);
  return response;
}

export function checkAnswer(asset: URL, response: Response, field: string): void {
  const { ok, status, statusText } = response;
  if (!ok) fail('load-failed', field, unreadable(asset, field, `the server answered ${status} ${statusText}`));
  if (/text\/html/.test(typeOf(response))) {
    fail('load-failed', field, `${field}: ${asset} is a web page (the server's answer to a missing file?).`);
  }
}

export async function bytesOf(
  asset: URL,
  response: Response,
  field: string,
  signal?: AbortSignal,
  { most = Infinity, onBytes }: ReadingLimits = {},
): Promise<Uint8Array> {
  if (most === Infinity && !onBytes) {
    return new Uint8Array(await reading(asset, field, response.arrayBuffer(), signal));
  }
  // Of what is packed for its way, the server says how large it is packed.
  const packed = response.headers.get('content-encoding') ?? '';
  const total = packed === '' || packed === 'identity' ? Number(response.headers.get('content-length') ?? 0) : 0;
  if (total > most) {
    response.body?.cancel();
    fail('too-large', field, tooLarge(asset, field, most));
  }
  const chunks: Uint8Array[] = [];
  let done = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { value, done: ended } = await reading(asset, field, reader.read(), signal);
    if (ended) break;
    chunks.push(value);
    done += value.length;
    if (done > most) {
      reader.cancel();
      fail('too-large', field, tooLarge(asset, field, most));
    }
    onBytes?.(done, Math.max(total, done));
  }
  return joined(chunks);
}

/** One behind another. */
export function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

export const tooLarge = (asset: URL, field: string, most: number) =>
  `${field}: ${asset} has more than ${most} bytes, which is the most that is read of it.`;

/** What fails in reading an asset says which one it was; what was aborted says so. */
export async function reading<T>(asset: URL, field: string, read: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await read;
  } catch (error) {
    signal?.throwIfAborted();
    return fail('load-failed', field, unreadable(asset, field, error instanceof Error ? error.message : error), error);
  }
}

export const unreadable = (asset: URL, field: string, reason: unknown) =>
  `${field}: ${asset} could not be read: ${reason}.`;

/** Unpacks what is gzipped; bytes that a server on the way has unpacked already pass unchanged. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
