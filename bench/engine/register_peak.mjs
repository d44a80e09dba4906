/** What register_peak.cpp reaches, as a contestant. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** @param {'relaxed' | 'simd'} flavour */
export async function openRegisterPeak(flavour) {
  const file = fileURLToPath(new URL(`../../build/${flavour}/register_peak.wasm`, import.meta.url));
  const { instance } = await WebAssembly.instantiate(await readFile(file));
  const { run, operations_a_round } = instance.exports;
  const rounds = 20_000;
  return {
    name: `registers, ${flavour}`,
    operations: rounds * operations_a_round(),
    call: () => run(rounds, 0.999, 0.001),
  };
}
