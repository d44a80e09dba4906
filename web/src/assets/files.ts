// The default entry: everything lies beside its JavaScript. Bundlers find and emit these files by the literal form
// `new URL('./…', import.meta.url)`, so none of them may be computed.
import { data, firstData, models } from '../generated/assets.js';
import type { Assets } from './asset.js';

export const assets: Assets = {
  flavours: ['simd', 'relaxed'],
  wasm: (flavour) =>
    flavour === 'simd' ? new URL('./core-simd.wasm', import.meta.url) : new URL('./core-relaxed.wasm', import.meta.url),
  worker: (flavour) =>
    flavour === 'simd' ? new URL('./worker-simd.js', import.meta.url) : new URL('./worker-relaxed.js', import.meta.url),
  packs: {
    files: {
      wasm: () => new URL('./files.wasm', import.meta.url),
      worker: () => new URL('./worker-files.js', import.meta.url),
    },
    'attacks-simd': {
      wasm: () => new URL('./attacks-simd.wasm', import.meta.url),
      worker: () => new URL('./worker-attacks-simd.js', import.meta.url),
    },
    'attacks-relaxed': {
      wasm: () => new URL('./attacks-relaxed.wasm', import.meta.url),
      worker: () => new URL('./worker-attacks-relaxed.js', import.meta.url),
    },
    'training-simd': {
      wasm: () => new URL('./training-simd.wasm', import.meta.url),
      worker: () => new URL('./worker-training-simd.js', import.meta.url),
    },
    'training-relaxed': {
      wasm: () => new URL('./training-relaxed.wasm', import.meta.url),
      worker: () => new URL('./worker-training-relaxed.js', import.meta.url),
    },
  },
  models,
  data,
  firstData,
};
