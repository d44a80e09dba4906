// More than the core's memory can hold: one clear error, and the next call works.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  mlsec.configure({ deterministic: true });
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

it('a training that needs more than 2 GB rejects with out-of-memory, and the next one works', async () => {
  const dataset = { inputs: { data: new Float32Array(2 * 65_536), shape: [2, 65_536] }, labels: [0, 1] };
  // Each layer is within the limits of one layer; together with gradients they are beyond memory.
  const wide = { type: 'dense', units: 1000 } as const;
  const narrow = { type: 'dense', units: 65_000 } as const;
  const layers = [wide, narrow, wide, narrow, wide, narrow, wide, narrow, wide, { type: 'dense', units: 2 } as const];
  await expect(mlsec.train({ input: [65_536], layers }, dataset, { epochs: 1 })).rejects.toMatchObject({
    name: 'MlsecError',
    code: 'out-of-memory',
  });
  const small = await mlsec.train({ input: [65_536], layers: [{ type: 'dense', units: 2 }] }, dataset, { epochs: 1 });
  expect(small.info.parameters).toBe(2 * 65_536 + 2);
});
