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
    options?: { cause?: unknown; checkpoint?: Uint8Array | undefined },
  ) {
    super(message, options);
    this.checkpoint = options?.checkpoint;
  }

  /** Of a training that failed: what to resume it from, as the option `checkpoint`. */
  readonly checkpoint: Uint8Array | undefined;
}
