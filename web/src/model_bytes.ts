// From what a caller may give as a model to ONNX bytes, which is what the core reads.
import { resolveAddress } from './address.js';
import type { Asset } from './assets/asset.js';
import { assets } from './assets/files.js';
import { fail } from './error.js';
import { joined, openAsset, type Pieces, readAsset, wholeFile } from './fetching.js';
import type { ModelId } from './generated/options.js';
import { onnxOutline } from './onnx_outline.js';
import { run } from './runtime.js';
import { weightGroups } from './tfjs_outline.js';

/** A file: its address, a File or Blob, or its bytes. */
export type FileSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** A description in one file and its weights in others: a model.json of TensorFlow.js. */
export interface ModelParts {
  /** model.json, or what it holds. */
  model: FileSource | object;
  /**
   * Its files of weights in the order in which model.json names them; Files are found by their names, in any order.
   * Where they are left out, they are fetched from beside an address.
   */
  weights?: Exclude<FileSource, string> | Exclude<FileSource, string>[];
}

/**
 * A model that comes with the package, by its id; an ONNX file or a model.json of TensorFlow.js: its address, a File or
 * Blob, or its bytes; or a description with its weights beside it.
 */
export type ModelFile = ModelId | (string & {}) | FileSource | ModelParts;

export type ModelFormat = 'onnx' | 'tfjs' | 'safetensors';

export interface Reading {
  signal?: AbortSignal | undefined;
  /** Called where a file has to be fetched. */
  waiting?: () => void;
  /** Bytes that have come, and the bytes there are as far as is known. */
  onBytes?: ((done: number, total: number) => void) | undefined;
  /** Of the network whose weights a safetensors file holds. */
  architecture?: object | undefined;
}

/** The most that the core reads of a file, and all files of weights of a model together. */
const mostBytes = 64 << 20;
const mostWeights = 256 << 20;

/** @throws MlsecError 'load-failed', 'unknown-name', 'wrong-type', 'malformed', 'unsupported', 'too-large' */
export async function modelBytes(
  source: ModelFile,
  reading: Reading,
): Promise<{ bytes: Uint8Array; format: ModelFormat }> {
  const counted = counting(reading);
  if (isParts(source)) return { bytes: await fromParts(source, counted, wholeWeights), format: 'tfjs' };
  const bytes = await bytesOf(source, counted);
  if (isSafetensors(bytes)) return { bytes: await fromSafetensors(bytes, reading), format: 'safetensors' };
  if (!isModelJson(bytes)) return { bytes, format: 'onnx' };
  return { bytes: await fromModelJson(bytes, addressOf(source), undefined, counted, wholeWeights), format: 'tfjs' };
}

/** As many bytes of a file as say which format it has. */
const firstBytes = 1 << 16;

/**
 * The same without large weights, which are ones or zeros instead and are not fetched where pieces of files can be had.
 */
export async function modelOutline(
  source: ModelFile,
  reading: Reading,
): Promise<{ bytes: Uint8Array; format: ModelFormat }> {
  const counted = counting(reading);
  if (isParts(source)) return { bytes: await fromParts(source, counted, outlineOfWeights), format: 'tfjs' };
  const pieces = await piecesOf(source, counted, firstBytes);
  const whole = async () => joined([pieces.start, await pieces.read(pieces.start.length, pieces.size)]);
  if (isSafetensors(pieces.start)) {
    return { bytes: await fromSafetensors(await safetensorsOutline(pieces), reading), format: 'safetensors' };
  }
  if (!isModelJson(pieces.start)) return { bytes: await onnxOutline(pieces), format: 'onnx' };
  const json = pieces.start.length < pieces.size ? await whole() : pieces.start;
  counted.endFile();
  return { bytes: await fromModelJson(json, addressOf(source), undefined, counted, outlineOfWeights), format: 'tfjs' };
}

/** The header, and zeros. */
async function safetensorsOutline({ size, start, read }: Pieces): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  bytes.set(start);
  const end = Math.min(8 + new DataView(start.buffer, start.byteOffset).getUint32(0, true), size);
  if (end > start.length) bytes.set(await read(start.length, end), start.length);
  return bytes;
}

/** Several files one after another count together. */
function counting({ onBytes, ...reading }: Reading): Reading & { endFile(): void } {
  let before = 0;
  let here = 0;
  return {
    ...reading,
    onBytes: (done, total) => {
      here = done;
      onBytes?.(before + done, before + total);
    },
    endFile() {
      before += here;
      here = 0;
    },
  };
}
type Counted = ReturnType<typeof counting>;

function isParts(source: ModelFile): source is ModelParts {
  return typeof source === 'object' && source !== null && 'model' in source;
}

/** An address that other files may lie beside. */
function addressOf(source: ModelFile): URL | undefined {
  if (source instanceof URL) return source;
  return typeof source === 'string' ? resolveAddress(source, 'source') : undefined;
}

/** The bytes of what is there already; of everything else, where it lies. */
function whereabouts(source: unknown, field: string, most: number): Uint8Array | Blob | Asset {
  if (source instanceof Uint8Array) return source.slice();
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
  if (source instanceof Blob) {
    if (source.size > most) fail('too-large', field, `${field}: the file has more than ${most} bytes.`);
    return source;
  }
  if (source instanceof URL) return source;
  if (typeof source !== 'string') {
    return fail(
      'wrong-type',
      field,
      `${field} must be a model's id, an address, a Blob, an ArrayBuffer, a Uint8Array, or { model, weights } of these.`,
    );
  }
  const shipped = Object.hasOwn(assets.models, source) ? assets.models[source] : undefined;
  if (!shipped && !/[./]/.test(source)) {
    const ids = Object.keys(assets.models).join(', ');
    fail(
      'unknown-name',
      field,
      `${field}: no model is called '${source}'; there are ${ids}, and addresses of ONNX and TensorFlow.js files.`,
    );
  }
  return shipped ? shipped() : resolveAddress(source, field);
}

async function bytesOf(source: unknown, reading: Counted, field = 'source', most = mostBytes): Promise<Uint8Array> {
  const found = whereabouts(source, field, most);
  if (found instanceof Uint8Array) return found;
  if (found instanceof Blob) return new Uint8Array(await found.arrayBuffer());
  const { signal, onBytes, waiting } = reading;
  waiting?.();
  const bytes = await readAsset(found, field, signal, { most, ...(onBytes && { onBytes }) });
  reading.endFile();
  return bytes;
}

/** The same, to be read in pieces. */
async function piecesOf(
  source: unknown,
  { signal, onBytes }: Counted,
  first: number,
  field = 'source',
  most = mostBytes,
): Promise<Pieces> {
  const found = whereabouts(source, field, most);
  if (found instanceof Uint8Array) return wholeFile(found);
  if (found instanceof Blob) {
    const read = async (begin: number, end: number) => new Uint8Array(await found.slice(begin, end).arrayBuffer());
    return { size: found.size, start: await read(0, first), read };
  }
  return openAsset(found, first, field, signal, { most, ...(onBytes && { onBytes }) });
}

/** ONNX never begins with a brace: its first byte is the tag of a protobuf field. */
function isModelJson(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 1 << 16));
  return /^\s*\{/.test(text) && /"(modelTopology|weightsManifest|generatedBy|convertedBy)"/.test(text);
}

/** It begins with the length of its header, eight bytes, and then a JSON object. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
}

async function fromSafetensors(bytes: Uint8Array, { signal, architecture }: Reading): Promise<Uint8Array> {
  if (typeof architecture !== 'object' || architecture === null) {
    fail('wrong-type', 'architecture', 'architecture must describe the network whose weights the file holds.');
  }
  const context = { pack: 'files' as const, once: true, ...(signal && { signal }) };
  const [onnx] = await run([{ kind: 'convert-safetensors', bytes, architecture }], context);
  return onnx as Uint8Array;
}

async function fromParts(
  { model, weights }: ModelParts,
  reading: Counted,
  gather: typeof wholeWeights,
): Promise<Uint8Array> {
  const isFile =
    typeof model === 'string' || [URL, Blob, ArrayBuffer, Uint8Array].some((type) => model instanceof type);
  const json = isFile
    ? await bytesOf(model, reading, 'source.model')
    : new TextEncoder().encode(JSON.stringify(model) ?? '');
  return fromModelJson(json, isFile ? addressOf(model as FileSource) : undefined, weights, reading, gather);
}

/** `gather` makes one array of the files of weights that are not given. */
async function fromModelJson(
  json: Uint8Array,
  address: URL | undefined,
  given: ModelParts['weights'],
  reading: Counted,
  gather: typeof wholeWeights,
): Promise<Uint8Array> {
  const { signal } = reading;
  const context = { pack: 'files' as const, ...(signal && { signal }) };
  const [named = []] = await run([{ kind: 'weight-files', json }], context);
  const files = given && inOrder(Array.isArray(given) ? given : [given], named);
  const beside = named.map(({ path, mostBytes }, index) => ({
    get source(): URL {
      if (address) return new URL(encodeURI(path), address);
      return fail(
        'wrong-type',
        'source',
        'source is a model.json alone: give its files of weights as { model, weights }.',
      );
    },
    field: `weights[${index}]`,
    most: mostBytes,
  }));
  const weights = files
    ? await wholeWeights(
        json,
        files.map((source, index) => ({ source, field: `weights[${index}]`, most: mostWeights })),
        reading,
      )
    : await gather(json, beside, reading);
  const [onnx] = await run([{ kind: 'convert-tfjs', json, weights }], { ...context, once: true });
  return onnx as Uint8Array;
}

/** A file of weights, and the most bytes that it may have. */
interface WeightSource {
  readonly source: unknown;
  field: string;
  most: number;
}

async function wholeWeights(_json: Uint8Array, files: WeightSource[], reading: Counted): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let left = mostWeights;
  for (const { source, field, most } of files) {
    const part = await bytesOf(source, reading, field, Math.min(left, most));
    left -= part.length;
    parts.push(part);
  }
  return joined(parts);
}

/** Ones in the place of floats; whole numbers, of which shapes are computed, are fetched. */
async function outlineOfWeights(json: Uint8Array, files: WeightSource[], reading: Counted): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let first = 0;
  for (const { bytes, wanted, count } of weightGroups(json)) {
    let begin = 0;
    for (const { source, field, most } of wanted.length > 0 ? files.slice(first, first + count) : []) {
      const pieces = await piecesOf(source, reading, 1, field, most);
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
  return joined(parts);
}

/** Files bear the names that model.json gives them; anything else comes in its order. */
function inOrder(given: unknown[], named: { path: string }[]): unknown[] {
  const hasName = (file: unknown): file is File => typeof File === 'function' && file instanceof File;
  if (!given.every(hasName) || given.length < named.length) return given;
  return named.map(({ path }, index) => {
    const name = path.replace(/.*\//, '');
    const found = given.find((file) => file.name === name) ?? (given.length === 1 ? given[0] : undefined);
    return found ?? fail('load-failed', `weights[${index}]`, `weights: no file is called '${name}'.`);
  });
}
