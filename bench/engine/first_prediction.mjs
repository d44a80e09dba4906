/**
 * Loading the package, instantiating it and predicting for the first time with mnist-cnn, in Chromium: pages that see
 * everything for the first time, from a server on this machine.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { interleave } from '../comparing.mjs';
import { serveFolders } from './first_prediction/server.mjs';
import { writeTensorflowSite } from './first_prediction/tensorflow_files.mjs';
import { expectEqual, timesOf } from './measure.mjs';
import { ourName } from './mlsec.mjs';
import { readNetwork } from './onnx_file.mjs';
import { rowOf, simdRow } from './rows.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const tfjs = 'TensorFlow.js, wasm, in Chromium';
const pages = {
  [ourName('relaxed')]: 'mlsec.html',
  [ourName('simd')]: 'mlsec.html#simd',
  [tfjs]: 'tensorflow.html',
};

/** @param {import('./measure.mjs').Limits} limits */
export async function firstPrediction(limits) {
  if (!existsSync(executablePath)) throw new Error('Chromium not found');
  const site = here('../../build/bench/tensorflow');
  await writeTensorflowSite(site, readNetwork(await readFile(here('../../dist/models/mnist-cnn.onnx'))));
  const server = await serveFolders({ '': here('first_prediction'), mlsec: here('../../dist'), tensorflow: site });
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
  });
  let expected;
  const contestants = Object.entries(pages).map(([name, page]) => ({
    name,
    async repeat() {
      const { milliseconds, logits } = await outcomeOf(browser, `${server.address}/${page}`);
      expected ??= logits;
      expectEqual(name, logits, expected);
      return 1 / milliseconds;
    },
  }));
  try {
    // Once for the browser's own first time.
    for (const { repeat } of contestants) await repeat();
    const figures = timesOf(await interleave(contestants, limits));
    const id = 'first-prediction';
    const work = 'first prediction in Chromium';
    return [
      rowOf({
        id: `${id}/tfjs-wasm`,
        work,
        ours: figures[ourName('relaxed')],
        against: tfjs,
        rival: figures[tfjs],
        atMost: 0.5,
      }),
      simdRow(id, work, figures),
    ];
  } finally {
    await browser.close();
    server.close();
  }
}

/** Of a page in a profile of its own, whose caches are empty. */
async function outcomeOf(browser, address) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const problem = new Promise((_, reject) => page.once('pageerror', reject));
    await page.goto(address);
    const outcome = page.waitForFunction(() => globalThis.outcome, undefined, { timeout: 30_000, polling: 20 });
    return await (await Promise.race([outcome, problem])).jsonValue();
  } finally {
    await context.close();
  }
}
