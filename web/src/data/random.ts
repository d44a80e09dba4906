// The random numbers of src/base/random.hpp, bit for bit: Philox4x32-10 (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011), keyed by what they are for.

type Words = [number, number, number, number];

/** The product of two whole numbers below 2^32, as its upper and its lower 32 bits. */
function multiply(a: number, b: number): [number, number] {
  // The upper half by way of products below 2^48, which a double holds exactly.
  const upper = (a >>> 16) * b;
  const lower = (a & 0xffff) * b;
  return [Math.floor((upper + Math.floor(lower / 0x10000)) / 0x10000), Math.imul(a, b) >>> 0];
}

/** A pure function of counter and key. */
export function philox(counter: Words, key: [number, number]): Words {
  let [a, b, c, d] = counter;
  let [k, l] = key;
  for (let round = 0; round < 10; round++) {
    const [high, low] = multiply(0xd2511f53, a);
    const [otherHigh, otherLow] = multiply(0xcd9e8d57, c);
    [a, b, c, d] = [(otherHigh ^ b ^ k) >>> 0, otherLow, (high ^ d ^ l) >>> 0, low];
    k = (k + 0x9e3779b9) >>> 0;
    l = (l + 0xbb67ae85) >>> 0;
  }
  return [a, b, c, d];
}

/** What a stream of random numbers is for, by its name: FNV-1a (Fowler, Noll, Vo) with the highest bit set. */
export function purposeOf(name: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16777619);
  return (hash | 0x80000000) >>> 0;
}

/** An endless sequence, a pure function of (seed, sample, purpose, step); seed and sample are whole, below 2^53. */
export class Random {
  readonly #key: [number, number];
  readonly #counter: Words;
  #block: Words = [0, 0, 0, 0];
  #used = 4;

  constructor(seed: number, sample: number, purpose: number, step = 0) {
    const high = (value: number) => Math.floor(value / 2 ** 32) >>> 0;
    this.#key = [seed >>> 0, (high(seed) ^ purpose) >>> 0];
    this.#counter = [0, sample >>> 0, high(sample), step];
  }

  /** 32 random bits. */
  bits(): number {
    if (this.#used === 4) {
      this.#block = philox(this.#counter, this.#key);
      this.#counter[0] = (this.#counter[0] + 1) >>> 0;
      this.#used = 0;
    }
    return this.#block[this.#used++] as number;
  }

  /** Uniform over 0 ... bound - 1; bound at least 1 and below 2^32. Rejection keeps it exactly so (Lemire, 2019). */
  below(bound: number): number {
    const threshold = (2 ** 32 - bound) % bound;
    for (;;) {
      const [high, low] = multiply(this.bits(), bound);
      if (low >= threshold) return high;
    }
  }

  /** Fisher and Yates: every order equally likely. */
  shuffle(values: Uint32Array): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [values[last], values[other]] = [values[other] as number, values[last] as number];
    }
  }
}
