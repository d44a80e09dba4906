/** The node packages of package-lock.json. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * Installs the packages of the lock file where they are not there. Not by `npm ci`, which also insists on the entries
 * of other platforms' optional packages, and not every registry has those of the newest versions.
 * @param {(line: string) => void} [log]
 * @param {{folder?: string, size?: string}} [what] the folder with the lock file, and what its packages take
 */
export async function ensurePackages(log = console.log, { folder = project, size = '250 MB' } = {}) {
  const stamp = join(folder, 'node_modules', '.mlsec-lock');
  const wanted = createHash('sha256')
    .update(await readFile(join(folder, 'package-lock.json')))
    .digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  log(`installing node packages (about ${size}) …`);
  await new Promise((resolve, reject) => {
    const child = spawn('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
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
