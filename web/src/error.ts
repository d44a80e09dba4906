import type { ErrorReport } from './core/binding.js';
import type { ErrorCode } from './generated/options.js';

/** What every failing call of this package rejects with, except an aborted one: that rejects with the signal's reason. */
export class MlsecError extends Error {
  override readonly name = 'MlsecError';

  constructor(
    /** One word for the kind of failure, the same in every version. */
    readonly code: ErrorCode,
    /** The option or argument at fault, such as 'epsilon' or 'labels[3]'; '' where there is none. */
    readonly field: string,
    /** A whole sentence that names the field. */
    message: string,
    options?: { cause?: unknown; checkpoint?: Uint8Array },
  ) {
    super(message, options);
    this.checkpoint = options?.checkpoint;
  }

  /** Of a training that failed: what to resume it from, as the option `checkpoint`. */
  readonly checkpoint: Uint8Array | undefined;
}

/** Throws an MlsecError where an expression is wanted. */
export function fail(code: ErrorCode, field: string, message: string, cause?: unknown): never {
  throw new MlsecError(code, field, message, cause === undefined ? undefined : { cause });
}

export function fromReport(report: ErrorReport): MlsecError {
  const { code, field, message, checkpoint } = report;
  return new MlsecError(code as ErrorCode, field, message, checkpoint && { checkpoint });
}

/** Refuses a value of the wrong type before it is sent to a worker. */
export function expectType(good: boolean, field: string, expected: string): void {
  if (!good) fail('wrong-type', field, `${field} must be ${expected}.`);
}
