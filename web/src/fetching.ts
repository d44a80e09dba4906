import type { Asset } from './assets/asset.js';
import { fail, MlsecError } from './error.js';

/** The bytes of an asset, from the network, Node's file system, or the package itself. */
export async function readAsset(asset: Asset, field: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (typeof asset === 'function') return asset();
  const files = asset.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (!files) return bytesOf(asset, await answerOf(asset, field, signal), field, signal);
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
  const { ok, status, statusText } = response;
  if (!ok) fail('load-failed', field, unreadable(asset, field, `the server answered ${status} ${statusText}`));
  if (/text\/html/.test(typeOf(response))) {
    fail('load-failed', field, `${field}: ${asset} is a web page (the server's answer to a missing file?).`);
  }
  return response;
}

async function bytesOf(asset: URL, response: Response, field: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await reading(asset, field, response.arrayBuffer(), signal));
}

/** What fails in reading an asset says which one it was; what was aborted says so. */
async function reading<T>(asset: URL, field: string, read: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await read;
  } catch (error) {
    signal?.throwIfAborted();
    return fail('load-failed', field, unreadable(asset, field, error instanceof Error ? error.message : error), error);
  }
}

const unreadable = (asset: URL, field: string, reason: unknown) => `${field}: ${asset} could not be read: ${reason}.`;

/** Unpacks what is gzipped; bytes that a server on the way has unpacked already pass unchanged. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
