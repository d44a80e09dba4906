/** One of the two builds of the core. */
export type Flavour = 'simd' | 'relaxed';

/**
 * Parts that are loaded when they are needed: readers of files that are not ONNX, the core with all attacks, and that
 * with training.
 */
export type Pack = 'files' | `attacks-${Flavour}` | `training-${Flavour}`;
/** What a worker may hold. */
export type Build = Flavour | Pack;

/** A file of the package: where it lies, or a way to get its bytes. */
export type Asset = URL | (() => Promise<Uint8Array>);

/** Where an entry of the package finds what belongs to it. */
export interface Assets {
  /** The builds of the core this entry has. */
  flavours: Flavour[];
  wasm(flavour: Flavour): Asset;
  /** The worker's script: its address, or its source text. */
  worker(flavour: Flavour): URL | string;
  packs: Partial<Record<Pack, { wasm: () => Asset; worker: () => URL | Promise<string> }>>;
  models: Record<string, () => Asset>;
  data: Record<string, () => Asset>;
  /** The first samples of each data set, where these are a file of their own. */
  firstData: Record<string, () => Asset>;
}
