import { packBytes, unpackBytes } from '../link_fields.js';

/** Points of the plane from -1 to 1 both ways, each of one of two classes. */
export interface Points {
  /** Two numbers a point. */
  places: Float32Array;
  labels: Int32Array;
}

export type Pattern = 'blobs' | 'moons' | 'circles' | 'spirals';

export const patterns: readonly Pattern[] = ['blobs', 'moons', 'circles', 'spirals'];

/** Places are whole multiples of one part in so many: the same numbers everywhere, and a byte each in a link. */
const parts = 124;

/** As many points can be placed by hand. */
export const mostPoints = 400;

export const noPoints: Points = { places: new Float32Array(), labels: new Int32Array() };

/** Points of two classes in turn, along a pattern's curves, each blurred by `noise`. */
export function pointsOf(pattern: Pattern, count: number, noise: number, seed: number): Points {
  const random = randomNumbers(seed);
  const points = Array.from({ length: count }, (_, index) => {
    const label = index % 2;
    const [x, y] = curves[pattern](random(), label);
    const blur = () => spread[pattern] * noise * bell(random);
    return { place: [snapped(x + blur()), snapped(y + blur())], label };
  });
  return {
    places: Float32Array.from(points.flatMap(({ place }) => place)),
    labels: Int32Array.from(points, ({ label }) => label),
  };
}

/** Where a class has its points, before they are blurred; `along` goes from 0 to 1. */
const curves: Record<Pattern, (along: number, label: number) => [number, number]> = {
  blobs: (_, label) => (label === 0 ? [-0.35, -0.25] : [0.35, 0.25]),
  moons(along, label) {
    const [x, y] = [Math.cos(Math.PI * along), Math.sin(Math.PI * along)];
    return label === 0 ? [0.56 * x - 0.28, 0.68 * y - 0.14] : [0.28 - 0.56 * x, 0.14 - 0.68 * y];
  },
  circles(along, label) {
    const radius = label === 0 ? 0.3 : 0.75;
    return [radius * Math.cos(2 * Math.PI * along), radius * Math.sin(2 * Math.PI * along)];
  },
  spirals(along, label) {
    const [radius, angle] = [0.12 + 0.72 * along, 2.3 * Math.PI * along + Math.PI * label];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
};

/** A curve is made of noise that strays from it, a blob of nothing else. */
const spread: Record<Pattern, number> = { blobs: 3, moons: 1, circles: 1, spirals: 1 };

/** Adds a point; none where there are as many as there may be. */
export function withPoint({ places, labels }: Points, x: number, y: number, label: number): Points {
  if (labels.length >= mostPoints) return { places, labels };
  return { places: Float32Array.of(...places, snapped(x), snapped(y)), labels: Int32Array.of(...labels, label) };
}

export function withoutPoint({ places, labels }: Points, index: number): Points {
  return {
    places: places.filter((_, position) => position >> 1 !== index),
    labels: labels.filter((_, position) => position !== index),
  };
}

/** The point closest to a place; undefined where there is none within `reach`. */
export function nearest({ places, labels }: Points, x: number, y: number, reach = 9): number | undefined {
  const distances = Array.from(labels, (_, index) => distance(places, index, x, y));
  const least = Math.min(...distances, reach);
  const index = distances.indexOf(least);
  return index >= 0 ? index : undefined;
}

/** The closest point that lies more in this direction than aside of it; the same where there is none. */
export function neighbour({ places, labels }: Points, from: number, right: number, up: number): number {
  const [x = 0, y = 0] = places.subarray(2 * from, 2 * from + 2);
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < labels.length; index++) {
    const [dx, dy] = [(places[2 * index] ?? 0) - x, (places[2 * index + 1] ?? 0) - y];
    const [ahead, aside] = [dx * right + dy * up, Math.abs(dx * up - dy * right)];
    if (index === from || ahead <= 0 || aside > ahead || ahead + aside >= least) continue;
    [best, least] = [index, ahead + aside];
  }
  return best;
}

/** Points as text for a link. */
export function packPoints({ places, labels }: Points): string {
  const bytes = Array.from(labels, (label, index) => {
    const [x = 0, y = 0] = places.subarray(2 * index, 2 * index + 2);
    return [Math.round(x * parts) + parts, Math.round(y * parts) + parts, label];
  });
  return packBytes(Uint8Array.from(bytes.flat()));
}

/** The points in a link; undefined where the text is none. */
export function unpackPoints(text: string): Points | undefined {
  const bytes = unpackBytes(text);
  if (!bytes || bytes.length % 3 !== 0 || bytes.length > 3 * mostPoints) return undefined;
  const inRange = bytes.every((byte, index) => byte <= (index % 3 === 2 ? 1 : 2 * parts));
  if (!inRange) return undefined;
  return {
    places: Float32Array.from(
      bytes.filter((_, index) => index % 3 !== 2),
      (byte) => (byte - parts) / parts,
    ),
    labels: Int32Array.from(bytes.filter((_, index) => index % 3 === 2)),
  };
}

/** A place on the grid of places there are; bytes are rounded away from what sines differ by among machines. */
function snapped(value: number): number {
  return Math.round(Math.max(-1, Math.min(1, value)) * parts) / parts;
}

function distance(places: Float32Array, index: number, x: number, y: number): number {
  return Math.hypot((places[2 * index] ?? 0) - x, (places[2 * index + 1] ?? 0) - y);
}

/** Nearly normal, of deviation 1: a sum of uniform numbers, as logarithms differ among machines. */
function bell(random: () => number): number {
  let sum = -2;
  for (let term = 0; term < 4; term++) sum += random();
  return sum * Math.sqrt(3);
}

/** Uniform numbers from 0 to 1, by whole numbers alone (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed + 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
