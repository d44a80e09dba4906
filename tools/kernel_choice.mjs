/** Forces each choice XNNPACK makes by processor, and compares the bytes with those of the `simd` build that ships. */
import { join } from 'node:path';
import { buildCore } from './core.mjs';
import { run } from './toolchain/run.mjs';

/** @returns {Promise<{passed: number, failed: number}>} */
export async function checkKernelChoice() {
  const digest = async (folder, choice = []) =>
    (await run([process.execPath, join(folder, 'kernel_choice.cjs'), ...choice])).trim();
  const shipped = await digest(await buildCore('simd', ['kernel_choice']));
  const unpinned = await buildCore('simd-unpinned', ['kernel_choice']);
  let failed = 0;
  const choices = ['1 8', '1 4', '0 8', '0 4'];
  for (const choice of choices) {
    const found = await digest(unpinned, choice.split(' '));
    const [x86, cores] = choice.split(' ');
    console.log(
      `${x86 === '1' ? 'x86' : 'arm'}, ${cores} cores: ${found === shipped ? 'the same bytes' : 'OTHER BYTES'}`,
    );
    failed += Number(found !== shipped);
  }
  return { passed: choices.length - failed, failed };
}
