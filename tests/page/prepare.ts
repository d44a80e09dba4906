// Before the tests: the page as it is published, in demo/dist.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');

export default async function prepare(): Promise<void> {
  const packageFolder = process.env.MLSEC_PACKAGE ?? root;
  if (!existsSync(`${packageFolder}/dist/index.js`)) {
    throw new Error('The page is built from the package in dist/, which is missing: npm run build makes it.');
  }
  await build({ configFile: `${root}/demo/vite.config.ts`, logLevel: 'error' });
}
