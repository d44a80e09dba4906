/** A dense layer of 784 inputs and 128 outputs on one sample: dense_row.cpp in both builds. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { flavours, ourName } from './mlsec.mjs';
import { rowOf, simdRow } from './rows.mjs';

export async function denseRow() {
  const id = 'dense-784x128-1';
  const work = 'dense 784x128, batch 1';
  const figures = {};
  for (const flavour of flavours) {
    const program = fileURLToPath(new URL(`../../build/${flavour}-with-xnnpack/dense_row.cjs`, import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, program]);
    figures[flavour] = JSON.parse(stdout);
  }
  const ours = Object.fromEntries(flavours.map((flavour) => [ourName(flavour), figures[flavour].ours]));
  const against = (flavour) =>
    rowOf({
      id: flavour === 'relaxed' ? `${id}/operator` : `${id}/operator-simd`,
      work,
      name: ourName(flavour),
      ours: figures[flavour].ours,
      against: `XNNPACK's operator, ${flavour}`,
      rival: figures[flavour].operator,
      atLeast: flavour === 'relaxed' ? 1.5 : undefined,
      unit: 'GFLOP/s',
    });
  return [...flavours.map(against), simdRow(id, work, ours, 'GFLOP/s')];
}
