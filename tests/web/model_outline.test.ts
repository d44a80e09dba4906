// What inspect fetches of a file: all but its weights, where pieces of files can be had.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { close, inspect, type Progress } from '../../web/src/index.js';
import { leastLeftOut, onnxOutline } from '../../web/src/onnx_outline.js';
import { type Pieces, wholeFile } from '../../web/src/pieces.js';
import { weightGroups } from '../../web/src/tfjs_outline.js';
import { errorOf, useFakeCore } from './fake.js';

const encoder = new TextEncoder();

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
function bytesField(number: number, content: Iterable<number>): Uint8Array {
  const bytes = Uint8Array.from(content);
  const head = [...varint(8 * number + 2), ...varint(bytes.length)];
  const field = new Uint8Array(head.length + bytes.length);
  field.set(head);
  field.set(bytes, head.length);
  return field;
}
function message(...fields: (Uint8Array | number[])[]): Uint8Array {
  const whole = new Uint8Array(fields.reduce((size, field) => size + field.length, 0));
  let end = 0;
  for (const field of fields) {
    whole.set(field, end);
    end += field.length;
  }
  return whole;
}
const text = (number: number, content: string) => bytesField(number, encoder.encode(content));
const numbers = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 7 + 1) % 256);

/** A tensor of a type, its elements in raw_data, or in another field. */
const tensor = (type: number, bytes: Uint8Array, field = 9) =>
  message([8 * 1, ...varint(bytes.length)], bytesField(field, bytes), [8 * 2, type], text(8, 'w'));

/** A model: initialisers, and tensors in attributes of nodes. */
function model(initialisers: Uint8Array[], constants: Uint8Array[] = []): Uint8Array {
  const nodes = constants.map((each) =>
    bytesField(1, message(text(4, 'Constant'), bytesField(5, bytesField(5, each)))),
  );
  const graph = message(...initialisers.map((each) => bytesField(5, each)), ...nodes, text(2, 'graph'));
  return message([8 * 1, 8], bytesField(7, graph), bytesField(8, [16, 17]));
}

/** Counts what is read of a file. */
function counted(file: Uint8Array, first = 100): Pieces & { count: number } {
  const pieces = {
    size: file.length,
    start: file.slice(0, first),
    count: Math.min(first, file.length),
    async read(begin: number, end: number) {
      pieces.count += end - begin;
      return file.slice(begin, end);
    },
  };
  return pieces;
}

describe('the outline of an ONNX file', () => {
  const large = leastLeftOut + 8;

  it('has ones in the place of large weights, and all else', async () => {
    const first = numbers(100);
    const file = model([tensor(1, numbers(large)), tensor(1, first)], [tensor(11, numbers(4 * large), 10)]);
    const pieces = counted(file);
    const outline = await onnxOutline(pieces);
    const ones = new Float32Array(large / 4).fill(1);
    const doubles = new Float64Array(large / 2).fill(1);
    const [bytes, doubleBytes] = [new Uint8Array(ones.buffer), new Uint8Array(doubles.buffer)];
    const expected = model([tensor(1, bytes), tensor(1, first)], [tensor(11, doubleBytes, 10)]);
    expect(Buffer.compare(outline, expected)).toBe(0);
    expect(pieces.count).toBeLessThan(20_000);
  });

  it.each([
    [1, new Uint8Array(Float32Array.from([1, 1]).buffer)],
    [2, [1, 1, 1, 1, 1, 1, 1, 1]],
    [3, [1, 1, 1, 1, 1, 1, 1, 1]],
    [6, new Uint8Array(Int32Array.from([1, 1]).buffer)],
    [7, new Uint8Array(BigInt64Array.from([1n]).buffer)],
    [9, [1, 1, 1, 1, 1, 1, 1, 1]],
    [10, [0, 0x3c, 0, 0x3c, 0, 0x3c, 0, 0x3c]],
    [11, new Uint8Array(Float64Array.from([1]).buffer)],
    [99, [0, 0, 0, 0, 0, 0, 0, 0]],
  ])('knows a one of type %i', async (type, one) => {
    const outline = await onnxOutline(counted(model([tensor(type, numbers(large))])));
    const repeated = Uint8Array.from({ length: large }, (_, i) => one[i % 8] as number);
    expect(Buffer.compare(outline, model([tensor(type, repeated)]))).toBe(0);
  });

  it('is the file where its weights are small, whatever is in it', async () => {
    const small = model([tensor(1, numbers(400)), tensor(7, numbers(leastLeftOut / 2))], [tensor(6, numbers(40))]);
    const damage = fc.array(fc.record({ at: fc.nat(small.length - 1), value: fc.nat(255) }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(small.length), fc.nat(200), async (damage, length, first) => {
        const file = small.slice(0, length);
        for (const { at, value } of damage) if (at < length) file[at] = value;
        expect(Buffer.compare(await onnxOutline(counted(file, first)), file)).toBe(0);
      }),
      { numRuns: 200 },
    );
    const noise = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(noise, async (file) => {
        expect(Buffer.compare(await onnxOutline(counted(file, 10)), file)).toBe(0);
      }),
    );
  });

  it('is the file where it is there anyway', async () => {
    const file = model([tensor(1, numbers(large))]);
    expect(Buffer.compare(await onnxOutline(wholeFile(file)), file)).toBe(0);
  });
});

describe('the weights of a model.json', () => {
  const manifest = (...groups: object[]) => encoder.encode(JSON.stringify({ weightsManifest: groups }));
  const weight = (dtype: string, shape: number[], quantization?: object) => ({ name: 'w', dtype, shape, quantization });

  it('are ones, and whole numbers are wanted', () => {
    const groups = weightGroups(
      manifest(
        { paths: ['a', 'b'], weights: [weight('float32', [2]), weight('int32', []), weight('bool', [3])] },
        { paths: ['c'], weights: [weight('float32', [2, 2], { dtype: 'float16' }), weight('float32', [0])] },
      ),
    );
    expect(groups).toEqual([
      {
        count: 2,
        bytes: Uint8Array.from([0, 0, 0x80, 0x3f, 0, 0, 0x80, 0x3f, 1, 0, 0, 0, 1, 1, 1]),
        wanted: [{ begin: 8, end: 15 }],
      },
      { count: 1, bytes: Uint8Array.from([0, 0x3c, 0, 0x3c, 0, 0x3c, 0, 0x3c]), wanted: [] },
    ]);
  });

  it('far apart are wanted apart', () => {
    const far = [weight('int32', [1]), weight('float32', [leastLeftOut]), weight('int32', [1])];
    const [group] = weightGroups(manifest({ paths: ['a'], weights: far }));
    const end = 8 + 4 * leastLeftOut;
    expect(group?.wanted).toEqual([
      { begin: 0, end: 4 },
      { begin: end - 4, end },
    ]);
  });
});

describe('inspect', () => {
  const size = 40 * leastLeftOut;
  const file = model([tensor(1, numbers(size)), tensor(1, numbers(64))]);
  const fewBytes = 3 * leastLeftOut;
  let server: Server;
  let base: string;
  let folder: string;
  /** Bytes that the server sent. */
  let sent = 0;
  const files = new Map<string, Uint8Array>();

  /** How a server answers is the first part of the path. */
  beforeAll(async () => {
    useFakeCore();
    folder = await mkdtemp(join(tmpdir(), 'mlsec-'));
    server = createServer((request, response) => {
      const [, kind = '', name = ''] = /^\/(\w+)\/(.*)/.exec(request.url ?? '') ?? [];
      const content = files.get(name);
      if (!content) {
        response.statusCode = 404;
        return response.end();
      }
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      let answer = content;
      if (kind === 'cut' && Number(from) > 0) answer = content.slice(Number(from), Number(from) + 1);
      else if (from && kind !== 'plain') answer = content.slice(Number(from), Number(to) + 1);
      if (answer !== content || (from && kind !== 'plain')) {
        response.statusCode = 206;
        if (kind === 'ranges' || kind === 'cut') {
          response.setHeader('content-range', `bytes ${from}-${to}/${content.length}`);
        }
      }
      if (request.method === 'HEAD') {
        if (kind === 'hidden') response.setHeader('content-length', content.length);
        return response.end();
      }
      sent += answer.length;
      return response.end(answer);
    }).listen(0);
    base = `http://localhost:${(server.address() as AddressInfo).port}`;
    files.set('large.onnx', file);
  });
  beforeEach(() => {
    sent = 0;
  });
  afterEach(() => close());
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it.each(['ranges', 'hidden'])('fetches no weights from a server of pieces (%s)', async (kind) => {
    const seen: Progress[] = [];
    const found = await inspect(`${base}/${kind}/large.onnx`, { onProgress: (progress) => seen.push(progress) });
    expect(found).toMatchObject({ format: 'onnx', problems: [] });
    expect(sent).toBeLessThan(fewBytes);
    expect(seen.at(-1)?.done).toBe(sent);
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it.each(['plain', 'silent'])('fetches the file from one that gives no pieces (%s)', async (kind) => {
    expect(await inspect(`${base}/${kind}/large.onnx`)).toMatchObject({ format: 'onnx' });
    expect(sent).toBeGreaterThanOrEqual(file.length);
  });

  it('refuses what is cut short, missing or too large', async () => {
    const cut = await errorOf(inspect(`${base}/cut/large.onnx`));
    expect(cut).toMatchObject({ code: 'load-failed', field: 'source' });
    expect(cut.message).toContain('other bytes came');
    expect(await errorOf(inspect(`${base}/ranges/none.onnx`))).toMatchObject({ code: 'load-failed' });
    files.set('huge.onnx', new Uint8Array((64 << 20) + 1));
    expect(await errorOf(inspect(`${base}/ranges/huge.onnx`))).toMatchObject({ code: 'too-large', field: 'source' });
    files.set('empty.onnx', new Uint8Array());
    await inspect(`${base}/ranges/empty.onnx`);
  });

  it('is aborted between two pieces', async () => {
    const stopping = new AbortController();
    const pending = inspect(`${base}/ranges/large.onnx`, {
      signal: stopping.signal,
      onProgress: () => stopping.abort('enough'),
    });
    await expect(pending).rejects.toBe('enough');
    expect(sent).toBeLessThanOrEqual(fewBytes);
  });

  it('reads pieces of paths and of files that a user chose', async () => {
    await writeFile(join(folder, 'large.onnx'), file);
    let done = 0;
    const onProgress = (progress: Progress) => {
      done = progress.done;
    };
    expect(await inspect(join(folder, 'large.onnx'), { onProgress })).toMatchObject({ format: 'onnx' });
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(fewBytes);
    const chosen = new File([file as BlobPart], 'large.onnx');
    const slice = vi.spyOn(chosen, 'slice');
    expect(await inspect(chosen)).toMatchObject({ format: 'onnx' });
    const read = slice.mock.calls.reduce((sum, [begin = 0, end = 0]) => sum + end - begin, 0);
    expect(read).toBeLessThan(fewBytes);
  });

  it('takes a header for a safetensors file', async () => {
    const header = encoder.encode('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(leastLeftOut + 100));
    const whole = new Uint8Array(8 + header.length + size);
    new DataView(whole.buffer).setBigUint64(0, BigInt(header.length), true);
    whole.set(header, 8);
    files.set('weights.safetensors', whole);
    const architecture = { input: [2], layers: [] } as never;
    const found = await inspect(`${base}/ranges/weights.safetensors`, { architecture });
    expect(found.format).toBe('safetensors');
    expect(sent).toBe(8 + header.length);
  });

  it('takes a model.json alone, and of its weights the whole numbers', async () => {
    const weights = [
      { name: 'a', dtype: 'float32', shape: [size] },
      { name: 'b', dtype: 'int32', shape: [2] },
    ];
    const described = (some: object[]) =>
      encoder.encode(
        JSON.stringify({
          modelTopology: {},
          weightsManifest: [{ path: 'w.bin', mostBytes: 4 * size + 8, paths: ['w.bin'], weights: some }],
        }),
      );
    files.set('floats.json', described(weights.slice(0, 1)));
    files.set('both.json', described(weights));
    files.set('w.bin', new Uint8Array(4 * size + 8));
    expect(await inspect(`${base}/ranges/floats.json`)).toMatchObject({ format: 'tfjs' });
    expect(sent).toBe(files.get('floats.json')?.length);
    sent = 0;
    expect(await inspect(`${base}/ranges/both.json`)).toMatchObject({ format: 'tfjs' });
    expect(sent).toBe((files.get('both.json')?.length ?? 0) + 1 + 8);
    expect(
      await inspect({ model: JSON.parse(new TextDecoder().decode(described(weights.slice(0, 1)))) }),
    ).toBeDefined();
    expect(await errorOf(inspect(described(weights)))).toMatchObject({ code: 'wrong-type', field: 'source' });
  });
});
