// Model files of other formats through the built package: safetensors made here, and TensorFlow.js written and read.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { close, inspect, load } from '../../dist/index.js';

afterAll(() => close());

/** A safetensors file: eight bytes of length, a header of JSON, the numbers. */
function safetensors(tensors: Record<string, { shape: number[]; data: number[] }>): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const begin = end;
    end += 4 * data.length;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  const numbers = Float32Array.from(Object.values(tensors).flatMap(({ data }) => data));
  file.set(new Uint8Array(numbers.buffer), 8 + header.length);
  return file;
}

describe('safetensors', () => {
  const file = safetensors({
    'body.weight': { shape: [2, 3], data: [1, 2, 3, -1, 0, 1] },
    'body.bias': { shape: [2], data: [0.5, -0.5] },
  });
  const architecture = { input: [3], layers: [{ type: 'dense' as const, units: 2, name: 'body' }] };

  it('are the weights of an architecture', async () => {
    const model = await load(file, { architecture });
    const { logits } = await model.predict({ data: Float32Array.from([1, 0.5, 0.25]), shape: [1, 3] });
    expect([...logits]).toEqual([3.25, -1.25]);
    expect(await inspect(file, { architecture })).toMatchObject({ format: 'safetensors', problems: [] });
  });

  it('need one, and one that fits', async () => {
    await expect(load(file)).rejects.toMatchObject({ code: 'wrong-type', field: 'architecture' });
    const wider = { input: [3], layers: [{ type: 'dense' as const, units: 3, name: 'body' }] };
    await expect(load(file, { architecture: wider })).rejects.toMatchObject({ code: 'shape-mismatch', field: 'model' });
  });
});

describe('TensorFlow.js', () => {
  it.each(['float32', 'float16'] as const)('reads back what was written in %s', async (precision) => {
    const model = await load('mnist-cnn', { deterministic: true });
    const { json, weights } = await model.save('tfjs', { precision });
    const again = await load({ model: json, weights }, { deterministic: true });
    const data = Float32Array.from({ length: 2 * 784 }, (_, i) => 0.5 + 0.5 * Math.sin(i));
    const before = await model.predict({ data, shape: [2, 28, 28, 1], layout: 'hwc' }, { deterministic: true });
    const after = await again.predict({ data, shape: [2, 28, 28, 1] }, { deterministic: true });
    // The weights that ship are float16 already.
    expect([...after.logits]).toEqual([...before.logits]);
    expect(again.info.input).toMatchObject({ kind: 'image', layout: 'hwc', shape: [28, 28, 1] });
  });

  it('a broken description is refused by name, and the next file is read', async () => {
    const broken = { modelTopology: { model_config: { class_name: 'Sequential', config: [{ class_name: 'LSTM' }] } } };
    const refused = load({ model: { ...broken, weightsManifest: [] }, weights: [] });
    await expect(refused).rejects.toMatchObject({ field: 'model' });
    await expect(load('mnist-mlp')).resolves.toBeDefined();
  });
});

it('several faults of a file are named together', async () => {
  const { problems } = await inspect('mnist-mlp', { shape: [3, 3] });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^shape must have the extents/);
});

describe('inspect', () => {
  const files = new Map<string, Uint8Array>();
  let sent = 0;
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (!file) {
      response.statusCode = 404;
      return response.end();
    }
    const [, begin, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const part = begin ? file.slice(Number(begin), Number(end) + 1) : file;
    if (begin) response.writeHead(206, { 'content-range': `bytes ${begin}-${end}/${file.length}` });
    sent += part.length;
    return response.end(part);
  });
  let base = '';
  beforeAll(() => {
    base = `http://localhost:${(server.listen(0).address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('says of a file without its weights what it says of the whole', async () => {
    const model = await load('mnist-mlp');
    const onnx = await model.save('onnx', { precision: 'float32' });
    files.set('/model.onnx', onnx);
    sent = 0;
    const found = await inspect(`${base}/model.onnx`);
    expect(found).toEqual(await inspect(onnx));
    expect(found.problems).toEqual([]);
    expect(found.parameters).toBeGreaterThan(100_000);
    expect(sent).toBeLessThan(0.3 * onnx.length);
  });

  it('needs a model.json, and of its weights whole numbers at most', async () => {
    const model = await load('mnist-cnn');
    const { json, weights } = await model.save('tfjs');
    files.set('/model.json', json);
    files.set('/weights.bin', weights);
    sent = 0;
    const found = await inspect(`${base}/model.json`);
    expect(found).toEqual(await inspect({ model: json, weights }));
    expect(found.problems).toEqual([]);
    expect(sent).toBeLessThan(json.length + 0.3 * weights.length);

    // Layers of Keras have no whole numbers among their weights.
    const dense = { class_name: 'Dense', config: { name: 'd', units: 3000, activation: 'softmax' } };
    const input = { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 500] } };
    const shapes = { kernel: [500, 3000], bias: [3000] };
    const described = {
      modelTopology: { class_name: 'Sequential', config: [input, dense] },
      weightsManifest: [
        {
          paths: ['far.bin'],
          weights: Object.entries(shapes).map(([name, shape]) => ({ name: `d/${name}`, shape, dtype: 'float32' })),
        },
      ],
    };
    const alone = await inspect({ model: described });
    expect(alone).toMatchObject({ format: 'tfjs', problems: [], parameters: 1_503_000 });
  });

  it('needs the header of a safetensors file', async () => {
    const file = safetensors({ 'body.weight': { shape: [400, 300], data: Array(120_000).fill(0.5) } });
    files.set('/model.safetensors', file);
    const layer = { type: 'dense' as const, units: 400, name: 'body', bias: false };
    sent = 0;
    const found = await inspect(`${base}/model.safetensors`, { architecture: { input: [300], layers: [layer] } });
    expect(found).toMatchObject({ format: 'safetensors', problems: [], parameters: 120_000 });
    expect(sent).toBeLessThan(0.3 * file.length);
  });
});
