/**
 * The first of up to four attempts that is good, or else the last: other programs on the machine may take the processor
 * or what it has cached, but not every time.
 */
export async function attempt<T>(make: () => Promise<T>, good: (result: T) => boolean): Promise<T> {
  let result = await make();
  for (let attempts = 1; attempts < 4 && !good(result); attempts++) result = await make();
  return result;
}
