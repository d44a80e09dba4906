import type { ErrorReport, Outcome } from '../core/binding.js';

export function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failure(code: string, field: string, message: string): { ok: false; error: ErrorReport } {
  return { ok: false, error: { code, field, message } };
}

export function then<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  return outcome.ok ? next(outcome.value) : outcome;
}

/** The memory of every typed array in a result, to be moved instead of copied. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const collect = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) buffers.add(part.buffer as ArrayBuffer);
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(collect);
  };
  collect(value);
  return [...buffers];
}
