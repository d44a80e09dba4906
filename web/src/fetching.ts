import type { Asset } from './assets/asset.js';
import { fail, MlsecError } from './error.js';

/** The bytes of an asset, from the network, Node's file system, or the package itself. */
export async function readAsset(asset: Asset, field: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (typeof asset === 'function') return asset();
  const files = asset.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  let page = false;
  let bytes: ArrayBuffer | Uint8Array;
  try {
    if (files) {
      bytes = await files.readFile(asset, { signal });
    } else {
      const response = await answerOf(asset, signal);
      page = /text\/html/.test(typeOf(response));
      bytes = await response.arrayBuffer();
    }
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return fail('load-failed', field, `${field}: ${asset} could not be read: ${reason}.`, error);
  }
  if (page) fail('load-failed', field, `${field}: ${asset} is a web page (the server's answer to a missing file?).`);
  return new Uint8Array(bytes);
}

async function answerOf(asset: URL, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(asset, { signal });
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  return response;
}

const typeOf = (response: Response) => response.headers.get('content-type') ?? '';

/**
 * A core, compiled while it arrives where the server calls it what it is; browsers then keep the compiled code, too.
 * @throws MlsecError 'load-failed'
 */
export async function compileAsset(asset: Asset | Uint8Array, field: string): Promise<WebAssembly.Module> {
  try {
    if (asset instanceof URL && /^https?:$/.test(asset.protocol)) {
      const response = await answerOf(asset).catch(() => undefined);
      if (response && /^application\/wasm\b/.test(typeOf(response)))
        return await WebAssembly.compileStreaming(response);
    }
    const bytes = asset instanceof Uint8Array ? asset : await readAsset(asset, field);
    return await WebAssembly.compile(bytes as BufferSource);
  } catch (error) {
    if (error instanceof MlsecError) throw error;
    return fail('load-failed', field, `The core could not be compiled: ${error}.`, error);
  }
}

/** Unpacks what is gzipped; bytes that a server on the way has unpacked already pass unchanged. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
