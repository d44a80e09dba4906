/** Formatting, lint and types: each check counts as one test. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureToolchain } from './toolchain.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** @returns {Promise<{passed: number, failed: number}>} */
export async function checkStyle() {
  const { clangFormat } = await ensureToolchain();
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '*.cpp', '*.hpp', '*.h'], {
    cwd: project,
  });
  const sources = stdout.split('\n').filter(Boolean);
  const bin = (name) => join(project, 'node_modules', name);
  const checks = {
    'clang-format': [clangFormat, '--dry-run', '--Werror', ...sources],
    biome: [process.execPath, bin('@biomejs/biome/bin/biome'), 'check'],
    types: [process.execPath, bin('typescript/bin/tsc'), '--noEmit', '-p', 'web'],
    'types of the demo': [process.execPath, bin('typescript/bin/tsc'), '--noEmit', '-p', 'demo'],
  };
  let failed = 0;
  for (const [name, [program, ...parameters]] of Object.entries(checks)) {
    try {
      await run(program, parameters, { cwd: project, maxBuffer: 1 << 26 });
      console.log(`${name}: clean`);
    } catch (error) {
      failed++;
      console.log(`${name}: failed\n${`${error.stdout}${error.stderr}`.slice(0, 5000)}`);
    }
  }
  return { passed: Object.keys(checks).length - failed, failed };
}
