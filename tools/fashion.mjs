/**
 * Fashion-MNIST, from Debian's package dataset-fashion-mnist: the installed one, or a copy in the cache folder.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFromPool, requireDebian } from './toolchain/apt.mjs';
import { cacheFolder, requireFreeSpace, withLock } from './toolchain/cache.mjs';
import { runPipe } from './toolchain/run.mjs';
import { step } from './toolchain/steps.mjs';

/** Where Debian installs it; below this the cache has the same. */
const installed = 'usr/share/datasets/fashion-mnist';

const archive = {
  file: 'pool/main/d/dataset-fashion-mnist/dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb',
  sha256: '39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0',
};

/**
 * @param {{log?: (line: string) => void}} [options]
 * @returns {Promise<string>} the folder with its four files
 */
export async function ensureFashion({ log = console.log } = {}) {
  if (existsSync(`/${installed}`)) return `/${installed}`;
  // Its name is known to the command too: web/src/cli/training_data.ts looks there.
  const root = join(cacheFolder(), 'fashion-mnist');
  if (existsSync(root)) return root;
  await requireDebian('amd64');
  await withLock('fashion-mnist', log, async () => {
    if (existsSync(root)) return;
    await requireFreeSpace(1e8);
    const partial = `${root}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await step(log, 'downloading Fashion-MNIST (31 MB)', async () => {
      const path = await downloadFromPool(join(partial, 'apt'), archive);
      const extract = ['tar', '--extract', '--directory', partial, '--no-same-owner', `./${installed}`];
      await runPipe(['dpkg-deb', '--fsys-tarfile', path], extract);
    });
    await rename(join(partial, installed), root);
    await rm(partial, { recursive: true, force: true });
  });
  return root;
}
