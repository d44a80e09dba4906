import { fail } from './error.js';

/** An address as the caller wrote it, against the page's address or, in Node, the working directory. */
export function resolveAddress(address: string | URL, field: string): URL {
  const folder = globalThis.process?.getBuiltinModule?.('node:url')?.pathToFileURL('./');
  try {
    return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href ?? folder);
  } catch (error) {
    return fail('load-failed', field, `${field}: '${address}' is no address.`, error);
  }
}
