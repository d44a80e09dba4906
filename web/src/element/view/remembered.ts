/** The function, which gives the same again for the object it had before, as long as its other arguments are the same. */
export function remembered<First extends object, Rest extends unknown[], Result>(
  make: (first: First, ...rest: Rest) => Result,
): (first: First, ...rest: Rest) => Result {
  const known = new WeakMap<First, { rest: Rest; result: Result }>();
  return (first, ...rest) => {
    const last = known.get(first);
    if (last?.rest.every((argument, index) => argument === rest[index])) return last.result;
    const result = make(first, ...rest);
    known.set(first, { rest, result });
    return result;
  };
}
