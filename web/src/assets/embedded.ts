// The inline entry: core and worker are part of the JavaScript, models and samples are modules of their own.
import { data, files, models, wasm, worker } from 'mlsec:embedded';
import { gunzip } from '../fetching.js';
import type { Asset, Assets } from './asset.js';

export const assets: Assets = {
  // Half the size of both, and the build that runs everywhere.
  flavours: ['simd'],
  wasm: () => () => gunzip(fromBase64(wasm)),
  worker: () => worker,
  files: {
    wasm: () => async () => gunzip(fromBase64((await files()).wasm)),
    worker: async () => (await files()).worker,
  },
  models: asAssets(models),
  data: asAssets(data),
};

function asAssets(modules: typeof models): Assets['models'] {
  return Object.fromEntries(
    Object.entries(modules).map(([name, get]): [string, () => Asset] => [
      name,
      () => async () => fromBase64((await get()).default),
    ]),
  );
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
