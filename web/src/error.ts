import type { ErrorReport } from './core/binding.js';
import type { ErrorCode } from './generated/options.js';
// A module of its own: entries of the package that are bundled apart share the class.
import { MlsecError } from './mlsec_error.js';

export { MlsecError };

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

/** Refuses what is left when the known options are taken away. @param call whose options they are */
export function refuseUnknown(left: object, call: string): void {
  const [name] = Object.keys(left);
  if (name !== undefined) fail('unknown-option', name, `${call}() has no option ${name}.`);
}
