import { expect, it } from 'vitest';
import { philox, purposeOf, Random } from '../../web/src/data/random.js';

const test = 6;

it('philox gives the known answers', () => {
  expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
    0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
  ]);
});

it('purposes are those of the core', () => {
  expect(purposeOf('a')).toBe(0xe40c292c);
  expect(purposeOf('foobar')).toBe(0xbf9cf968);
});

it('a stream is that of the core (tests/core/base/random_test.cpp)', () => {
  const random = new Random(2024, 7, test, 1);
  expect(random.bits()).toBe(2396293475);
  random.bits();
  expect(random.below(1000)).toBe(216);
  // Two normal numbers come from two words.
  random.bits();
  random.bits();
  const order = Uint32Array.from({ length: 8 }, (_, index) => index);
  random.shuffle(order);
  expect([...order]).toEqual([6, 3, 5, 0, 4, 1, 2, 7]);
});

it('seeds and samples have 53 bits', () => {
  const first = (seed: number, sample: number) => new Random(seed, sample, test).bits();
  const values = [first(1, 2), first(1 + 2 ** 32, 2), first(1, 2 + 2 ** 32), first(2 ** 53 - 1, 2)];
  expect(new Set(values).size).toBe(4);
});

it('below keeps to its bound and reaches all of it', () => {
  const random = new Random(3, 0, test);
  const counts = new Uint32Array(7);
  for (let count = 0; count < 7000; count++) {
    const value = random.below(7);
    counts[value] = (counts[value] as number) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(random.below(1)).toBe(0);
});
