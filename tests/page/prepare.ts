// Before the tests: the page as it is published, in demo/dist.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export default function prepare(): void {
  const { NODE_ENV: _, ...env } = process.env;
  if (!existsSync(`${env.MLSEC_PACKAGE ?? root}/dist/index.js`)) {
    throw new Error('The page is built from the package in dist/, which is missing: npm run build makes it.');
  }
  // In a process of its own: this one is not in production mode.
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'demo', '--logLevel', 'error'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
}
