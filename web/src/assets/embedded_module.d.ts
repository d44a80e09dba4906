// Made by tools/build_package.mjs while it bundles the inline entry.
declare module 'mlsec:embedded' {
  /** The simd core, gzipped, as base64. */
  export const wasm: string;
  /** Source text of its worker. */
  export const worker: string;
  /** The same of packs, as modules. */
  export const packs: Record<string, () => Promise<{ wasm: string; worker: string }>>;
  /** Modules whose default export is a file as base64. */
  export const models: Record<string, () => Promise<{ default: string }>>;
  export const data: Record<string, () => Promise<{ default: string }>>;
}
