// An ONNX file without its weights, for which only what is not weights is fetched.
import type { Pieces } from './pieces.js';

/** Weights of fewer bytes are fetched: to leave them out would take longer. */
export const leastLeftOut = 1 << 16;

const readAhead = 1 << 12;
const mostReadAhead = 1 << 18;

/** The messages on the way to the tensors of a file, and which message each of their fields is (onnx.proto3). */
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor';
const fields: Record<Message, Record<number, Message>> = {
  model: { 7: 'graph' },
  graph: { 1: 'node', 5: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor' },
  tensor: {},
};

/** A one, lowest byte first. */
export const oneAs = {
  float32: [0, 0, 0x80, 0x3f],
  float16: [0, 0x3c],
  float64: [0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
};
/** Of each TensorProto.DataType in raw_data, and in the fields float_data and double_data. */
const rawData = 9;
const ones: Record<number, number[]> = {
  1: oneAs.float32,
  2: [1],
  3: [1],
  6: [1, 0, 0, 0],
  7: [1, 0, 0, 0, 0, 0, 0, 0],
  9: [1],
  10: oneAs.float16,
  11: oneAs.float64,
};
const onesOfField: Record<number, number[]> = { 4: oneAs.float32, 10: oneAs.float64 };

/**
 * The file in its full length, with ones in the place of large weights: for all that depends on the numbers of none it
 * is the same model. What is no ONNX file is fetched to its end.
 */
export async function onnxOutline(pieces: Pieces): Promise<Uint8Array> {
  if (pieces.start.length === pieces.size) return pieces.start;
  const file = new GrowingFile(pieces);
  if (!(await skim(file, 0, pieces.size, 'model'))) await file.fetch(0, pieces.size);
  return file.bytes;
}

/** A file of which more and more is fetched, ever further back. */
class GrowingFile {
  readonly bytes: Uint8Array;
  /** The run of bytes that is there. */
  #begin = 0;
  #end: number;
  #ahead = readAhead;

  constructor(private readonly pieces: Pieces) {
    this.bytes = new Uint8Array(pieces.size);
    this.bytes.set(pieces.start);
    this.#end = pieces.start.length;
  }

  has(begin: number, end: number): boolean {
    return begin >= this.#begin && end <= this.#end;
  }

  async fetch(begin: number, end: number): Promise<void> {
    if (begin < this.#begin || begin > this.#end) {
      [this.#begin, this.#end, this.#ahead] = [begin, begin, readAhead];
    }
    const stop = Math.min(Math.max(end, this.#end + this.#ahead), this.bytes.length);
    this.bytes.set(await this.pieces.read(this.#end, stop), this.#end);
    this.#end = stop;
    this.#ahead = Math.min(2 * this.#ahead, mostReadAhead);
  }
}

/** Fetches a message but for the weights in it; false where it is none. */
async function skim(file: GrowingFile, begin: number, end: number, message: Message): Promise<boolean> {
  let at = begin;
  let dataType = 0;
  const leftOut: { field: number; begin: number; end: number }[] = [];
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < end; factor *= 128) {
      const byte = file.bytes[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < end) {
    // A key and a length have at most ten bytes each.
    const head = Math.min(at + 20, end);
    if (!file.has(at, head)) await file.fetch(at, head);
    const key = varint();
    const field = Math.floor(key / 8);
    const type = key % 8;
    if (type === 0) {
      const value = varint();
      if (message === 'tensor' && field === 2) dataType = value;
      continue;
    }
    const size = type === 2 ? varint() : type === 1 ? 8 : type === 5 ? 4 : Number.NaN;
    const stop = at + size;
    if (!(stop <= end)) return false;
    const inner = fields[message][field];
    if (type === 2 && size >= leastLeftOut && inner) {
      if (!(await skim(file, at, stop, inner))) return false;
    } else if (
      type === 2 &&
      size >= leastLeftOut &&
      message === 'tensor' &&
      (field === rawData || onesOfField[field])
    ) {
      leftOut.push({ field, begin: at, end: stop });
    } else if (!file.has(at, stop)) {
      await file.fetch(at, stop);
    }
    at = stop;
  }
  for (const { field, begin, end } of leftOut) {
    fill(file.bytes.subarray(begin, end), onesOfField[field] ?? ones[dataType] ?? [0]);
  }
  return at === end;
}

/** The pattern again and again. */
export function fill(bytes: Uint8Array, pattern: number[]): void {
  bytes.set(pattern.slice(0, bytes.length));
  for (let done = pattern.length; done < bytes.length; done *= 2) bytes.copyWithin(done, 0, done);
}
