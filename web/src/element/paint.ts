/** Shades of grey, from black at the lower bound to white at the upper one. */
export function paintGrey(values: ArrayLike<number>, lower: number, upper: number, width: number): ImageData {
  return paint(values, width, (value) => {
    const grey = (255 * (value - lower)) / (upper - lower);
    return [grey, grey, grey, 255];
  });
}

const lighter = [224, 96, 22] as const;
const darker = [38, 120, 200] as const;

/** Orange where a pixel becomes lighter, blue where it becomes darker, and nothing where it stays. */
export function paintChange(changes: ArrayLike<number>, amplification: number, width: number): ImageData {
  return paint(changes, width, (change) => [
    ...(change > 0 ? lighter : darker),
    255 * Math.min(1, Math.abs(change) * amplification),
  ]);
}

/** By how much a change may be amplified. */
export const amplifications = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** The largest round factor that keeps every amplified change within [-1, 1]. */
export function amplificationFor(changes: ArrayLike<number>): number {
  const largest = Array.from(changes).reduce((most, change) => Math.max(most, Math.abs(change)), 0);
  // A limit of 0.05 is a little more than that as a float.
  return amplifications.findLast((factor) => largest > 0 && factor * largest < 1.001) ?? 1;
}

type Colour = [red: number, green: number, blue: number, alpha: number];

function paint(values: ArrayLike<number>, width: number, colourOf: (value: number) => Colour): ImageData {
  const image = new ImageData(width, values.length / width);
  for (let index = 0; index < values.length; index++) image.data.set(colourOf(values[index] as number), index * 4);
  return image;
}
