import type { Flavour, Pack } from './assets/asset.js';
import { assets } from './assets/files.js';
import { expectType, fail } from './error.js';

/** What `configure` takes. Settings hold for calls made after it; what is not named keeps its value. */
export interface Settings {
  /** Address of the core's .wasm file, where it does not lie beside the package's JavaScript. */
  wasmUrl?: string | URL;
  /** The core's .wasm file itself; nothing is fetched then. */
  wasmBinary?: ArrayBuffer | Uint8Array;
  /** Address of the worker's script, where it does not lie beside the package's JavaScript. */
  workerUrl?: string | URL;
  /** Addresses of the parts that are loaded when they are needed, where these do not lie beside the package's JavaScript. */
  packs?: Partial<Record<Pack, { wasmUrl: string | URL; workerUrl: string | URL }>>;
  /**
   * The build that `wasmUrl`, `wasmBinary` and `workerUrl` belong to, 'simd' unless said otherwise; without them, the
   * build to use. By default that is 'relaxed' (faster) where the engine has relaxed SIMD.
   */
  flavour?: Flavour;
  /** How many workers share the samples of a call: 1 to 64, by default 1. Results do not depend on it. */
  workers?: number;
  /** Use the `simd` build, which gives the same bytes in every browser and on every processor. Default false. */
  deterministic?: boolean;
}

const isAddress = (value: unknown) => typeof value === 'string' || value instanceof URL;

/** For each setting, what it must be: a test and its words. */
const checks: Record<keyof Settings, [(value: unknown) => boolean, string]> = {
  wasmUrl: [isAddress, 'a string or URL'],
  wasmBinary: [(value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value), 'an ArrayBuffer or a Uint8Array'],
  workerUrl: [isAddress, 'a string or URL'],
  packs: [
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((pack) => isAddress(pack?.wasmUrl) && isAddress(pack?.workerUrl)),
    'an object with { wasmUrl, workerUrl } by name',
  ],
  flavour: [(value) => assets.flavours.includes(value as Flavour), assets.flavours.join(' or ')],
  workers: [(value) => typeof value === 'number', 'a number'],
  deterministic: [(value) => typeof value === 'boolean', 'true or false'],
};

/** The settings, each checked for its type. */
export function checkedSettings(settings: Settings): Settings {
  expectType(typeof settings === 'object' && settings !== null, 'settings', 'an object');
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(checks, name)) {
      fail('unknown-option', name, `${name} is no setting: there are ${Object.keys(checks).join(', ')}.`);
    }
    const [test, words] = checks[name as keyof Settings];
    expectType(value == null || test(value), name, words);
  }
  const { workers = 1 } = settings;
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    fail('out-of-range', 'workers', 'workers must be a whole number from 1 to 64.');
  }
  return settings;
}

/** The build to use for a call. */
export function chooseFlavour(settings: Settings, deterministic = settings.deterministic): Flavour {
  const ownFile = settings.wasmUrl ?? settings.wasmBinary ?? settings.workerUrl;
  if (ownFile != null) {
    const flavour = settings.flavour ?? 'simd';
    if (deterministic && flavour !== 'simd') {
      fail(
        'unsupported',
        'deterministic',
        'deterministic needs the simd build, but configure() named the relaxed one.',
      );
    }
    return flavour;
  }
  if (deterministic) return 'simd';
  return settings.flavour ?? (assets.flavours.includes('relaxed') && hasRelaxedSimd() ? 'relaxed' : 'simd');
}

/** A module of one function that multiplies and adds with relaxed rounding. */
function hasRelaxedSimd(): boolean {
  const multiplyAdd = [0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x85, 0x02];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
  const code = [10, multiplyAdd.length + 4, 1, multiplyAdd.length + 2, 0, ...multiplyAdd, 0x0b];
  return WebAssembly.validate(Uint8Array.from([...header, ...code]));
}
