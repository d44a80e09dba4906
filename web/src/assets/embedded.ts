// The inline entry: core and worker are part of the JavaScript, models and samples are modules of their own.
import { data, models, packs, wasm, worker } from 'mlsec:embedded';
import { gunzip } from '../fetching.js';
import type { Asset, Assets } from './asset.js';

export const assets: Assets = {
  // Half the size of both, and the build that runs everywhere.
  flavours: ['simd'],
  wasm: () => () => gunzip(fromBase64(wasm)),
  worker: () => worker,
  packs: Object.fromEntries(
    Object.entries(packs).map(([name, get]) => [
      name,
      { wasm: () => async () => gunzip(fromBase64((await get()).wasm)), worker: async () => (await get()).worker },
    ]),
  ),
  models: asAssets(models),
  data: asAssets(data),
  firstData: {},
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
