/** Builds the demo site into demo/dist. */
import { fileURLToPath } from 'node:url';
import { newestOf } from './build.mjs';
import { step } from './toolchain/steps.mjs';

const folder = fileURLToPath(new URL('../demo', import.meta.url));

/** Does nothing where it is newer than its sources and the package. @param {{log?: (line: string) => void}} [options] */
export async function buildDemo({ log = console.log } = {}) {
  const [newest, built] = await Promise.all([
    newestOf([
      'demo/src',
      'demo/public',
      'demo/index.html',
      'demo/examples.html',
      'web/src/element',
      'demo/vite.config.ts',
      'dist',
    ]),
    newestOf(['demo/dist/index.html']),
  ]);
  if (built > newest) return;
  const { build } = await import('vite');
  await step(log, 'building the demo', () => build({ root: folder, logLevel: 'warn' }));
}
