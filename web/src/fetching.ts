import type { Asset } from './assets/asset.js';
import { fail } from './error.js';

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
      const response = await fetch(asset, { signal });
      if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
      page = /text\/html/.test(response.headers.get('content-type') ?? '');
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

/** Unpacks what is gzipped; bytes that a server on the way has unpacked already pass unchanged. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
