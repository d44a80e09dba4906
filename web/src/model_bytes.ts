// From what a caller may give as a model to ONNX bytes, which is what the core reads.
import { resolveAddress } from './address.js';
import type { Asset } from './assets/asset.js';
import { assets } from './assets/files.js';
import { fail } from './error.js';
import { joined, readAsset } from './fetching.js';
import type { ModelId } from './generated/options.js';
import { run } from './runtime.js';

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
export const mostBytes = 64 << 20;
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

/** Several files one after another count together. */
export function counting({ onBytes, ...reading }: Reading): Reading & { endFile(): void } {
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
export type Counted = ReturnType<typeof counting>;

export function isParts(source: ModelFile): source is ModelParts {
  return typeof source === 'object' && source !== null && 'model' in source;
}

/** An address that other files may lie beside. */
export function addressOf(source: ModelFile): URL | undefined {
  if (source instanceof URL) return source;
  return typeof source === 'string' ? resolveAddress(source, 'source') : undefined;
}

/** The bytes of what is there already; of everything else, where it lies. */
export function whereabouts(source: unknown, field: string, most: number): Uint8Array | Blob | Asset {
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

/** ONNX never begins with a brace: its first byte is the tag of a protobuf field. */
export function isModelJson(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 1 << 16));
  return /^\s*\{/.test(text) && /"(modelTopology|weightsManifest|generatedBy|convertedBy)"/.test(text);
}

/** It begins with the length of its header, eight bytes, and then a JSON object. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
}

export async function fromSafetensors(bytes: Uint8Array, { signal, architecture }: Reading): Promise<Uint8Array> {
  if (typeof architecture !== 'object' || architecture === null) {
    fail('wrong-type', 'architecture', 'architecture must describe the network whose weights the file holds.');
  }
  const context = { pack: 'files' as const, once: true, ...(signal && { signal }) };
  const [onnx] = await run([{ kind: 'convert-safetensors', bytes, architecture }], context);
  return onnx as Uint8Array;
}

export async function fromParts({ model, weights }: ModelParts, reading: Counted, gather: Gather): Promise<Uint8Array> {
  const isFile =
    typeof model === 'string' || [URL, Blob, ArrayBuffer, Uint8Array].some((type) => model instanceof type);
  const json = isFile
    ? await bytesOf(model, reading, 'source.model')
    : new TextEncoder().encode(JSON.stringify(model) ?? '');
  return fromModelJson(json, isFile ? addressOf(model as FileSource) : undefined, weights, reading, gather);
}

/** `gather` makes one array of the files of weights that are not given. */
export async function fromModelJson(
  json: Uint8Array,
  address: URL | undefined,
  given: ModelParts['weights'],
  reading: Counted,
  gather: Gather,
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
export interface WeightSource {
  readonly source: unknown;
  field: string;
  most: number;
}

/** Makes one array of the files of weights that a model.json names. */
export type Gather = (json: Uint8Array, files: WeightSource[], reading: Counted) => Promise<Uint8Array>;

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
