import { texts } from './texts/site.js';

/** Links of other versions are not read as if they were of this one. */
const version = '1';

/** The fields of a screen's link: read one by one, and what is left in the end was nothing the screen knows. */
export class LinkFields {
  readonly #fields: URLSearchParams;
  readonly #unknown: Set<string>;
  readonly #foreign: boolean;

  /** @param link the part of an address behind '#' */
  constructor(link: string) {
    const given = new URLSearchParams(link);
    this.#foreign = given.has('v') && given.get('v') !== version;
    this.#fields = this.#foreign ? new URLSearchParams() : given;
    this.#unknown = new Set(this.#fields.keys());
    for (const name of ['v', 'screen']) this.#unknown.delete(name);
  }

  /** What `parse` makes of a field; undefined where there is none, or none that it understands. */
  take<T>(name: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.#fields.get(name);
    const value = text === null ? undefined : parse(text);
    if (value !== undefined) this.#unknown.delete(name);
    return value;
  }

  /** What could not be read, in words. */
  get complaints(): string {
    if (this.#foreign) return texts.foreignLink;
    return [...this.#unknown].map((name) => texts.unknownInLink(name.replace(/^o\./, ''))).join(' ');
  }
}

/** A link to a screen; fields that are undefined are left away. */
export function writeFields(screen: string, fields: Record<string, string | number | undefined>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `#${new URLSearchParams([['v', version], ['screen', screen], ...given.map(([name, value]) => [name, String(value)])])}`;
}

/** A whole number of at most six digits. */
export function whole(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** One of these. */
export function oneOf<T extends string>(values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text);
}

/** Bytes as text that needs no escaping. */
export function packBytes(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The bytes in such a text; undefined where it is none. */
export function unpackBytes(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
  } catch {
    return undefined;
  }
}
