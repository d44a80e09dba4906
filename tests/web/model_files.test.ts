// What load and inspect make of files: one or several, from the network, a folder or memory.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { close, inspect, load, type Progress } from '../../web/src/index.js';
import { errorOf, useFakeCore } from './fake.js';

const encoder = new TextEncoder();
const network = encoder.encode('{"weights": [[1, 0], [0, 1]]}');
const [first, second] = [network.slice(0, 10), network.slice(10)];

function description(paths = ['group1-shard1of2.bin', 'deeper/group1-shard2of2.bin'], mostBytes = 1000) {
  return { modelTopology: {}, weightsManifest: paths.map((path) => ({ path, mostBytes })) };
}

let folder: string;
let server: Server;
let base: string;
/** Answers that are not files of the folder. */
const answers = new Map<string, Uint8Array | null>();

beforeAll(async () => {
  useFakeCore();
  folder = await mkdtemp(join(tmpdir(), 'mlsec-'));
  server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '');
    response.statusCode = answer ? 200 : 404;
    if (answer) response.setHeader('content-length', answer.length);
    response.end(answer ?? 'There is nothing.');
  }).listen(0);
  base = `http://localhost:${(server.address() as AddressInfo).port}`;
  answers.set('/a/model.json', encoder.encode(JSON.stringify(description())));
  answers.set('/a/group1-shard1of2.bin', first);
  answers.set('/a/deeper/group1-shard2of2.bin', second);
  answers.set('/whole.onnx', network);
});
afterEach(() => close());
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function labelsOf(loading: ReturnType<typeof load>): Promise<number[]> {
  const model = await loading;
  const { labels } = await model.predict({ data: Float32Array.from([1, 0, 0, 1]), shape: [2, 2] });
  return [...labels];
}

describe('a model.json', () => {
  it('at an address has its weights beside it', async () => {
    expect(await labelsOf(load(`${base}/a/model.json`))).toEqual([0, 1]);
    expect(await labelsOf(load(new URL(`${base}/a/model.json`)))).toEqual([0, 1]);
  });

  it('in a folder, too', async () => {
    await writeFile(join(folder, 'model.json'), JSON.stringify(description(['one.bin'])));
    await writeFile(join(folder, 'one.bin'), network);
    expect(await labelsOf(load(pathToFileURL(join(folder, 'model.json'))))).toEqual([0, 1]);
    expect(await labelsOf(load(join(folder, 'model.json')))).toEqual([0, 1]);
  });

  it('comes with its weights in its order, or as files found by name', async () => {
    const model = description();
    expect(await labelsOf(load({ model, weights: [first, second] }))).toEqual([0, 1]);
    expect(await labelsOf(load({ model, weights: network }))).toEqual([0, 1]);
    const json = new Blob([JSON.stringify(model)]);
    const files = [new File([second], 'group1-shard2of2.bin'), new File([first], 'group1-shard1of2.bin')];
    expect(await labelsOf(load({ model: json, weights: files }))).toEqual([0, 1]);
    const error = await errorOf(load({ model: json, weights: [files[0] as File, new File([first], 'other.bin')] }));
    expect(error).toMatchObject({ code: 'load-failed', field: 'weights[0]' });
    expect(error.message).toContain("no file is called 'group1-shard1of2.bin'");
  });

  it('without an address needs its weights', async () => {
    const error = await errorOf(load(encoder.encode(JSON.stringify(description()))));
    expect(error).toMatchObject({ code: 'wrong-type', field: 'source' });
    const unsound = load({ model: { ...description([]), modelTopology: 0 }, weights: [] });
    expect(await errorOf(unsound)).toMatchObject({ code: 'malformed', field: 'model' });
  });

  it('names the file that is missing or longer than it says', async () => {
    answers.set('/b/model.json', encoder.encode(JSON.stringify(description(['gone.bin']))));
    expect((await errorOf(load(`${base}/b/model.json`))).message).toMatch(/weights\[0\]: .*gone\.bin.*404/);
    answers.set('/c/model.json', encoder.encode(JSON.stringify(description(['long.bin'], 5))));
    answers.set('/c/long.bin', network);
    expect(await errorOf(load(`${base}/c/model.json`))).toMatchObject({ code: 'too-large', field: 'weights[0]' });
  });
});

describe('progress', () => {
  it('counts bytes over all files, and never goes back', async () => {
    const seen: Progress[] = [];
    await load(`${base}/a/model.json`, { onProgress: (progress) => seen.push(progress) });
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe((answers.get('/a/model.json')?.length ?? 0) + network.length);
  });

  it('is refused where it is no function', async () => {
    expect(await errorOf(load(`${base}/whole.onnx`, { onProgress: 1 as never }))).toMatchObject({ code: 'wrong-type' });
  });
});

it('a download is aborted', async () => {
  const stopping = new AbortController();
  const loading = load(`${base}/whole.onnx`, { signal: stopping.signal, onProgress: () => stopping.abort() });
  await expect(loading).rejects.toThrow();
});

it('inspect says which format a file has', async () => {
  expect(await inspect(`${base}/whole.onnx`)).toMatchObject({ format: 'onnx', problems: [] });
  expect(await inspect(`${base}/a/model.json`)).toMatchObject({ format: 'tfjs' });
});
