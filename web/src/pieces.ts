// Files that are read in pieces, so that what nobody needs is not fetched.
import type { Asset } from './assets/asset.js';
import type { ReadingLimits } from './fetching.js';
import type { Host } from './inspect.js';

/** A file of which pieces can be had. */
export interface Pieces {
  size: number;
  /** Its first bytes; all of them where pieces cannot be had. */
  start: Uint8Array;
  read(begin: number, end: number): Promise<Uint8Array>;
}

/** One that is there as a whole. */
export function wholeFile(bytes: Uint8Array): Pieces {
  return { size: bytes.length, start: bytes, read: async (begin, end) => bytes.slice(begin, end) };
}

/** An asset of which as many bytes are wanted at first. A server that gives no pieces gives all of it. */
export async function openAsset(
  host: Host,
  asset: Asset,
  first: number,
  field: string,
  signal?: AbortSignal,
  limits: ReadingLimits = {},
): Promise<Pieces> {
  const { bytesOf, checkAnswer, fail, readAsset, reading, tooLarge, unreadable } = host;
  const { most = Infinity, onBytes } = limits;
  const checkedSize = (size: number) => {
    if (size > most) fail('too-large', field, tooLarge(asset as URL, field, most));
    return size;
  };
  const opened = async (size: number, start: Uint8Array, read: Pieces['read']): Promise<Pieces> => {
    let done = start.length;
    onBytes?.(done, size);
    const counted = async (begin: number, end: number) => {
      const piece = await read(begin, end);
      if (piece.length !== end - begin) {
        fail('load-failed', field, unreadable(asset as URL, field, 'other bytes came than were asked for'));
      }
      done += piece.length;
      onBytes?.(done, size);
      return piece;
    };
    return { size, start, read: counted };
  };
  if (typeof asset === 'function') return wholeFile(await asset());
  const files = asset.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (files) {
    const size = checkedSize((await reading(asset, field, files.stat(asset), signal)).size);
    const piece = async (begin: number, end: number) => {
      const file = await files.open(asset);
      try {
        const { buffer, bytesRead } = await file.read(new Uint8Array(end - begin), 0, end - begin, begin);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    };
    const read = (begin: number, end: number) => reading(asset, field, piece(begin, end), signal);
    return opened(size, await read(0, Math.min(first, size)), read);
  }
  const whole = async () => wholeFile(await readAsset(asset, field, signal, limits));
  const response = await reading(asset, field, fetch(asset, { signal, headers: rangeOf(0, first) }), signal);
  if (response.status === 416) return whole();
  checkAnswer(asset, response, field);
  if (response.status !== 206) return wholeFile(await bytesOf(asset, response, field, signal, limits));
  const size = sizeBehind(response) ?? (await sizeFromHead(asset, signal));
  if (!size) {
    await response.body?.cancel();
    return whole();
  }
  checkedSize(size);
  const start = await bytesOf(asset, response, field, signal, { most });
  if (start.length !== Math.min(first, size)) return whole();
  return opened(size, start, async (begin, end) => {
    const answer = await reading(asset, field, fetch(asset, { signal, headers: rangeOf(begin, end) }), signal);
    checkAnswer(asset, answer, field);
    return bytesOf(asset, answer, field, signal, { most });
  });
}

const rangeOf = (begin: number, end: number) => ({ range: `bytes=${begin}-${end - 1}` });

/** How large the file is of which a piece has come; servers of another origin need not tell. */
function sizeBehind(response: Response): number | undefined {
  const [, size] = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  return size ? Number(size) : undefined;
}

async function sizeFromHead(asset: URL, signal: AbortSignal | undefined): Promise<number | undefined> {
  const { ok, headers } = await fetch(asset, { method: 'HEAD', signal });
  return (ok && !headers.get('content-encoding') && Number(headers.get('content-length'))) || undefined;
}
