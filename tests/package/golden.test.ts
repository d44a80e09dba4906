// The `simd` build gives the same bytes in Node and in Chromium: a forward pass, an attack, ten steps of training.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, outcomeOf, serve } from './browser.js';
import { type Installed, installPacked, root } from './packed.js';

/** Of mnist-cnn and the first 32 of the digits that ship. A change of these changes what shared links show. */
const golden = { forward: '130c0fd06fe5978f', attack: '4941ff9f1e36614f', training: 'f539d0e4acac7855' };

let browser: Browser;
let installed: Installed;

beforeAll(async () => {
  [browser, installed] = await Promise.all([openBrowser(), installPacked()]);
});
afterAll(async () => {
  await browser?.close();
  await installed?.remove();
});

it('in Node', async () => {
  await cp(`${root}tests/package/fixtures/golden.mjs`, `${installed.folder}/golden.mjs`);
  const { program } = await import(pathToFileURL(`${installed.folder}/golden.mjs`).href);
  const mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  expect(await program(mlsec)).toEqual(golden);
  mlsec.close();
});

it('in Chromium', async () => {
  const folder = `${installed.folder}/golden`;
  await mkdir(folder);
  await cp(`${root}tests/package/fixtures/golden.mjs`, `${folder}/golden.mjs`);
  await cp(`${installed.mlsec}/dist`, `${folder}/mlsec`, { recursive: true });
  const script = `import { program } from './golden.mjs';
    import * as mlsec from './mlsec/index.js';
    program(mlsec).then((result) => { window.outcome = { result }; }, (error) => { window.outcome = { error: String(error) }; });`;
  await writeFile(
    `${folder}/index.html`,
    `<!doctype html><link rel="icon" href="data:,"><script type="module">${script}</script>`,
  );
  const server = await serve(folder);
  const outcome = await outcomeOf(browser, `${server.address}/index.html`);
  server.close();
  expect(outcome).toEqual({ result: golden, complaints: [] });
});
