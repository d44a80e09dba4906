/** The browser of the tests: Debian's Chromium. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { SetupError } from './toolchain/run.mjs';

const program = '/usr/bin/chromium';

/** Installs it where there is none and we may. @param {(line: string) => void} [log] */
export async function ensureChromium(log = console.log) {
  if (existsSync(program)) return;
  const command = 'apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core';
  if (process.getuid?.() !== 0)
    throw new SetupError(`The tests need Debian's Chromium. Please install it: sudo sh -c '${command}'`);
  log('installing Chromium for the tests (about 100 MB) …');
  await new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(undefined)
        : reject(new SetupError(`Chromium could not be installed; please do it: ${command}`)),
    );
  });
}
