/** The node packages of package-lock.json. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(project, 'node_modules', '.mlsec-lock');

/**
 * Installs the packages of the lock file where they are not there. Not by `npm ci`, which also insists on the entries
 * of other platforms' optional packages, and not every registry has those of the newest versions.
 * @param {(line: string) => void} [log]
 */
export async function ensurePackages(log = console.log) {
  const wanted = createHash('sha256')
    .update(await readFile(join(project, 'package-lock.json')))
    .digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  log('installing node packages (about 250 MB) …');
  await new Promise((resolve, reject) => {
    const child = spawn('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(undefined) : reject(new Error(`npm install failed (${code}); see above.`)),
    );
  });
  // Written last, so that an interrupted installation is repeated.
  await writeFile(stamp, wanted);
}
