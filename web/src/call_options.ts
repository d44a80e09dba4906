import { expectType } from './error.js';

/** Options that every call which works in a worker takes. */
export interface CallOptions {
  /** Aborting rejects the call at once, with the signal's reason. */
  signal?: AbortSignal;
  /** Use the `simd` build, which gives the same bytes everywhere, for this call. */
  deterministic?: boolean;
}

/** News of a call under way. */
export interface Progress {
  /** Samples (attacks), batches (training) or bytes (loading) that are finished. */
  done: number;
  total: number;
  /** done / total. */
  fraction: number;
  /** An estimate; null until something is done. */
  secondsLeft: number | null;
}

/** The options, with those checked that never reach the core. */
export function checkedCall<T extends CallOptions>(options: T): T {
  expectType(typeof options === 'object' && options !== null, 'options', 'an object');
  const { signal, deterministic } = options;
  expectType(signal == null || signal instanceof AbortSignal, 'signal', 'an AbortSignal');
  expectType(deterministic == null || typeof deterministic === 'boolean', 'deterministic', 'true or false');
  for (const [field, value] of Object.entries(options)) {
    if (/^on[A-Z]/.test(field)) expectType(value == null || typeof value === 'function', field, 'a function');
  }
  return options;
}

/** Turns counts into progress, timed from now. */
export function progressOf(onProgress: ((progress: Progress) => void) | undefined) {
  const begin = performance.now();
  return (done: number, total: number): void => {
    const seconds = (performance.now() - begin) / 1000;
    const secondsLeft = done > 0 ? (seconds * (total - done)) / done : null;
    onProgress?.({ done, total, fraction: total > 0 ? done / total : 1, secondsLeft });
  };
}
