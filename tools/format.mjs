/** Formats all sources in place. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './packages.mjs';
import { ensureToolchain } from './toolchain.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));

await ensurePackages();
const { clangFormat } = await ensureToolchain();
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.cpp', '*.hpp', '*.h'], {
  cwd: project,
});
execFileSync(clangFormat, ['-i', ...listed.toString().split('\n').filter(Boolean)], { cwd: project });
execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'], {
  cwd: project,
  stdio: 'inherit',
});
