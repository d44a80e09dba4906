/** Images here are square and grey, as in the data set. */
export const side = 28;

/** Drawings have this many shades, so that they fit into a link. */
export const shades = 16;

/** A drawing as text for a link, two pixels a byte. */
export function packDrawing(pixels: Uint8Array): string {
  const level = (index: number) => Math.round(((pixels[index] ?? 0) * (shades - 1)) / 255);
  return packPicture(
    Uint8Array.from({ length: pixels.length / 2 }, (_, index) => level(2 * index) * shades + level(2 * index + 1)),
  );
}

/** Bytes as text for a link. */
export function packPicture(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The drawing in a link; undefined where the text is none. */
export function unpackDrawing(text: string): Uint8Array | undefined {
  const levels = bytesOf(text, (side * side) / 2)?.flatMap((byte) => [Math.floor(byte / shades), byte % shades]);
  return levels && Uint8Array.from(levels, (level) => level * (255 / (shades - 1)));
}

/** The picture in a link, a byte a pixel; undefined where the text is none. */
export function unpackPicture(text: string): Uint8Array | undefined {
  const bytes = bytesOf(text, side * side);
  return bytes && Uint8Array.from(bytes);
}

function bytesOf(text: string, length: number): number[] | undefined {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return bytes.length === length ? [...bytes].map((character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}
