// From what a caller may give as a model to ONNX bytes, which is what the core reads.
import { resolveAddress } from './address.js';
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
const mostBytes = 64 << 20;
const mostWeights = 256 << 20;

/** @throws MlsecError 'load-failed', 'unknown-name', 'wrong-type', 'malformed', 'unsupported', 'too-large' */
export async function modelBytes(
  source: ModelFile,
  reading: Reading,
): Promise<{ bytes: Uint8Array; format: ModelFormat }> {
  const counted = counting(reading);
  if (isParts(source)) return { bytes: await fromParts(source, counted), format: 'tfjs' };
  const bytes = await bytesOf(source, counted);
  if (isSafetensors(bytes)) return { bytes: await fromSafetensors(bytes, reading), format: 'safetensors' };
  if (!isModelJson(bytes)) return { bytes, format: 'onnx' };
  return { bytes: await fromModelJson(bytes, addressOf(source), undefined, counted), format: 'tfjs' };
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

async function bytesOf(source: unknown, reading: Counted, field = 'source', most = mostBytes): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source.slice();
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
  if (source instanceof Blob) {
    if (source.size > most) fail('too-large', field, `${field}: the file has more than ${most} bytes.`);
    return new Uint8Array(await source.arrayBuffer());
  }
  const { signal, onBytes, waiting } = reading;
  const read = async (asset: Parameters<typeof readAsset>[0]): Promise<Uint8Array> => {
    waiting?.();
    const bytes = await readAsset(asset, field, signal, { most, ...(onBytes && { onBytes }) });
    reading.endFile();
    return bytes;
  };
  if (source instanceof URL) return read(source);
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
  return read(shipped ? shipped() : resolveAddress(source, field));
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

async function fromParts({ model, weights }: ModelParts, reading: Counted): Promise<Uint8Array> {
  const isFile =
    typeof model === 'string' || [URL, Blob, ArrayBuffer, Uint8Array].some((type) => model instanceof type);
  const json = isFile
    ? await bytesOf(model, reading, 'source.model')
    : new TextEncoder().encode(JSON.stringify(model) ?? '');
  return fromModelJson(json, isFile ? addressOf(model as FileSource) : undefined, weights, reading);
}

async function fromModelJson(
  json: Uint8Array,
  address: URL | undefined,
  weights: ModelParts['weights'],
  reading: Counted,
): Promise<Uint8Array> {
  const { signal } = reading;
  const context = { pack: 'files' as const, ...(signal && { signal }) };
  const [named = []] = await run([{ kind: 'weight-files', json }], context);
  const given = weights === undefined ? undefined : Array.isArray(weights) ? weights : [weights];
  if (!given && !address) {
    fail('wrong-type', 'source', 'source is a model.json alone: give its files of weights as { model, weights }.');
  }
  const sources = given ? inOrder(given, named) : named.map(({ path }) => new URL(encodeURI(path), address));
  const parts: Uint8Array[] = [];
  let left = mostWeights;
  for (const [index, source] of sources.entries()) {
    const most = Math.min(left, named[index]?.mostBytes ?? left);
    const part = await bytesOf(source, reading, `weights[${index}]`, given ? left : most);
    left -= part.length;
    parts.push(part);
  }
  const [onnx] = await run([{ kind: 'convert-tfjs', json, weights: joined(parts) }], { ...context, once: true });
  return onnx as Uint8Array;
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
