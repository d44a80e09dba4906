/**
 * ONNX's conformance suite, from Debian's package libonnx-testdata: the installed one, or a copy in the cache folder.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFromPool, requireDebian } from './toolchain/apt.mjs';
import { cacheFolder, requireFreeSpace, withLock } from './toolchain/cache.mjs';
import { runPipe } from './toolchain/run.mjs';
import { step } from './toolchain/steps.mjs';

/** Where the package has it. */
const place = 'usr/share/libonnx-testdata/data';

const archive = {
  file: 'pool/main/o/onnx/libonnx-testdata_1.17.0-3_all.deb',
  sha256: 'd2d352c25a62c5544781cd7fb08c41507cd2bbded859f8e804ac8594329077bd',
};

/**
 * @param {{log?: (line: string) => void}} [options]
 * @returns {Promise<string>} the folder with node, pytorch-converted, pytorch-operator, simple
 */
export async function ensureOnnxTests({ log = console.log } = {}) {
  // Always the pinned version: a tally of another one would be another tally.
  const root = join(cacheFolder(), 'onnx-tests-1.17.0');
  if (existsSync(root)) return root;
  await requireDebian('amd64');
  await withLock('onnx-tests', log, async () => {
    if (existsSync(root)) return;
    await requireFreeSpace(1e8);
    const partial = `${root}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await step(log, "downloading ONNX's conformance suite (7 MB)", async () => {
      const path = await downloadFromPool(join(partial, 'apt'), archive);
      const extract = ['tar', '--extract', '--directory', partial, '--no-same-owner', `./${place}`];
      await runPipe(['dpkg-deb', '--fsys-tarfile', path], extract);
    });
    await rename(join(partial, place), root);
    await rm(partial, { recursive: true, force: true });
  });
  return root;
}
