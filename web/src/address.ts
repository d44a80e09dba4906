/** An address as the caller wrote it, against the page's address or, in Node, the working directory. */
export function resolveAddress(address: string | URL): URL {
  const folder = globalThis.process?.getBuiltinModule?.('node:url')?.pathToFileURL('./');
  return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href ?? folder);
}
