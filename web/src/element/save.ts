/** Lets the visitor keep a file. */
export function save(content: Blob | undefined, name: string): void {
  if (!content) return;
  const address = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  // The browser has taken it up by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
