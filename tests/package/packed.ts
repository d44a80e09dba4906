// The package as its users get it: packed, and installed in an empty folder.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The folder with package.json and dist/. */
const source = process.env.MLSEC_PACKAGE ?? root;

const execute = promisify(execFile);

/** Runs a program; rejects with everything it printed where it fails. */
export async function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  try {
    return await execute(command, args, { maxBuffer: 1 << 26, ...options });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

export interface Installed {
  /** An empty folder but for node_modules/mlsec. */
  folder: string;
  tarball: string;
  /** Where the package lies. */
  mlsec: string;
  remove(): Promise<void>;
}

export async function installPacked(): Promise<Installed> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mlsec-package-'));
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  const file = (await readdir(folder)).find((name) => name.endsWith('.tgz')) as string;
  const tarball = path.join(folder, file);
  await writeFile(path.join(folder, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--offline', tarball], { cwd: folder });
  return {
    folder,
    tarball,
    mlsec: path.join(folder, 'node_modules/mlsec'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
