// What `inspect` needs beyond `load`: a file of its own in the package, fetched when it is called.
import type { Host } from './inspect.js';
import type { Counted, Gather, ModelFile, ModelFormat, Reading, WeightSource } from './model_bytes.js';
import { onnxOutline } from './onnx_outline.js';
import { openAsset, type Pieces, wholeFile } from './pieces.js';
import { weightGroups } from './tfjs_outline.js';

/** As many bytes of a file as say which format it has. */
const firstBytes = 1 << 16;

/**
 * A model's bytes as ONNX without large weights, which are ones or zeros instead and are not fetched where pieces of files can be had.
 */
export async function modelOutline(
  source: ModelFile,
  reading: Reading,
  host: Host,
): Promise<{ bytes: Uint8Array; format: ModelFormat }> {
  const { addressOf, counting, fromModelJson, fromParts, fromSafetensors, isModelJson, isParts, isSafetensors } = host;
  const counted = counting(reading);
  const gather: Gather = (json, files, reading) => outlineOfWeights(host, json, files, reading);
  if (isParts(source)) return { bytes: await fromParts(source, counted, gather), format: 'tfjs' };
  const pieces = await piecesOf(host, source, counted, firstBytes);
  const whole = async () => host.joined([pieces.start, await pieces.read(pieces.start.length, pieces.size)]);
  if (isSafetensors(pieces.start)) {
    return { bytes: await fromSafetensors(await safetensorsOutline(pieces), reading), format: 'safetensors' };
  }
  if (!isModelJson(pieces.start)) return { bytes: await onnxOutline(pieces), format: 'onnx' };
  const json = pieces.start.length < pieces.size ? await whole() : pieces.start;
  counted.endFile();
  return { bytes: await fromModelJson(json, addressOf(source), undefined, counted, gather), format: 'tfjs' };
}

/** The header, and zeros. */
async function safetensorsOutline({ size, start, read }: Pieces): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  bytes.set(start);
  const end = Math.min(8 + new DataView(start.buffer, start.byteOffset).getUint32(0, true), size);
  if (end > start.length) bytes.set(await read(start.length, end), start.length);
  return bytes;
}

/** A file to be read in pieces, of which as many bytes are wanted at first. */
async function piecesOf(
  host: Host,
  source: unknown,
  { signal, onBytes }: Counted,
  first: number,
  field = 'source',
  most = host.mostBytes,
): Promise<Pieces> {
  const found = host.whereabouts(source, field, most);
  if (found instanceof Uint8Array) return wholeFile(found);
  if (found instanceof Blob) {
    const read = async (begin: number, end: number) => new Uint8Array(await found.slice(begin, end).arrayBuffer());
    return { size: found.size, start: await read(0, first), read };
  }
  return openAsset(host, found, first, field, signal, { most, ...(onBytes && { onBytes }) });
}

/** Ones in the place of floats; whole numbers, of which shapes are computed, are fetched. */
async function outlineOfWeights(
  host: Host,
  json: Uint8Array,
  files: WeightSource[],
  reading: Counted,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let first = 0;
  for (const { bytes, wanted, count } of weightGroups(json)) {
    let begin = 0;
    for (const { source, field, most } of wanted.length > 0 ? files.slice(first, first + count) : []) {
      const pieces = await piecesOf(host, source, reading, 1, field, most);
      for (const piece of wanted) {
        const from = Math.max(piece.begin - begin, 0);
        const to = Math.min(piece.end - begin, pieces.size);
        if (from < to) bytes.set(await pieces.read(from, to), begin + from);
      }
      begin += pieces.size;
      reading.endFile();
    }
    // Files that are too short are refused as they are when they are loaded.
    parts.push(wanted.length > 0 ? bytes.subarray(0, begin) : bytes);
    first += count;
  }
  return host.joined(parts);
}
