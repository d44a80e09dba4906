/**
 * An apt of its own: the machine's apt programs, mirror, proxy and keyring, but a separate state, cache and suite, so
 * that neither the machine's package lists nor its installed packages are touched. Needs no root.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, SetupError, tryRun } from './run.mjs';
import { showPercent } from './steps.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const helper = '/usr/lib/apt/apt-helper';

/**
 * @typedef {object} Archive
 * @property {string} path where it is or will be
 * @property {number} size in bytes
 */

/**
 * Whatever is complete and on the disk already is not downloaded again.
 * @typedef {object} Apt
 * @property {(packages: string[]) => Promise<Archive[]>} list the packages' archives and those of all they depend on
 * @property {(packages: string[]) => Promise<void>} download fetches these
 * @property {(source: string, version: string, sha256: string) => Promise<string>} downloadSource fetches a source
 *   package's upstream archive and returns its path
 */

/**
 * @param {string} folder where it keeps everything
 * @param {{suite: string, architecture: string, notNeeded: string[]}} recipe
 * @returns {Promise<Apt>}
 */
export async function openApt(folder, { suite, architecture, notNeeded }) {
  const archives = join(folder, 'archives');
  const sourceList = join(folder, 'sources.list');
  const configuration = join(folder, 'apt.conf');
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), notNeeded.map((name) => pretendInstalled(name, architecture)).join('\n'));
  await writeFile(
    configuration,
    [
      ...(await networkSettings()),
      `Dir::State "${folder}";`,
      `Dir::State::status "${join(folder, 'status')}";`,
      `Dir::Cache "${folder}";`,
      `Dir::Etc::main "/dev/null";`,
      `Dir::Etc::parts "/dev/null";`,
      `Dir::Etc::sourcelist "${sourceList}";`,
      `Dir::Etc::sourceparts "/dev/null";`,
      `Dir::Etc::preferences "/dev/null";`,
      `Dir::Etc::preferencesparts "/dev/null";`,
      `APT::Architecture "${architecture}";`,
      `APT::Architectures { "${architecture}"; };`,
      `APT::Install-Recommends "false";`,
      `APT::Install-Suggests "false";`,
      // As root, apt would download as a user that may not enter root's cache folder.
      `APT::Sandbox::User "root";`,
      `Acquire::Languages "none";`,
      `Acquire::Retries "3";`,
      '',
    ].join('\n'),
  );
  const environment = { ...process.env, LC_ALL: 'C', APT_CONFIG: configuration };

  await update(sourceList, suite, environment);

  const install = ['apt-get', 'install', '--yes'];
  return {
    async list(packages) {
      // With an empty archive folder, so that apt names also what is there already.
      const elsewhere = `Dir::Cache::archives=${join(folder, 'none')}`;
      const text = await run([...install, '--print-uris', '-o', elsewhere, ...packages], { env: environment });
      return parseUris(text).map(({ file, size }) => ({ path: join(archives, file), size }));
    },

    async download(packages) {
      const onStatus = (/** @type {string} */ line) => {
        const percent = /^dlstatus:[^:]*:([\d.]+):/.exec(line);
        if (percent) showPercent(Number(percent[1]));
      };
      const command = [...install, '--download-only', '-o', 'APT::Status-Fd=3', ...packages];
      const result = await tryRun(command, { env: environment, onStatus });
      showPercent(undefined);
      if (result.code !== 0) throw downloadError(result.errors);
    },

    async downloadSource(source, version, sha256) {
      const list = await run(['apt-get', 'source', '--print-uris', source], { env: environment });
      const archive = parseUris(list).find(({ file }) => file.startsWith(`${source}_${version}.orig.tar.`));
      if (!archive) {
        throw new SetupError(
          `the mirror has no ${source} ${version} any more; name a checkout of it in XNNPACK_SOURCE_DIR`,
        );
      }
      const path = join(archives, archive.file);
      const result = await tryRun([helper, 'download-file', archive.uri, path, `SHA256:${sha256}`], {
        env: environment,
      });
      if (result.code !== 0) throw downloadError(result.errors);
      return path;
    },
  };
}

/**
 * Downloads one archive from the pool of the machine's own mirror: without package lists, so the caller names its
 * contents by their sum.
 * @param {string} folder where it keeps everything
 * @param {{file: string, sha256: string}} archive `file` is its path below the mirror's address
 * @returns {Promise<string>} its path
 */
export async function downloadFromPool(folder, { file, sha256 }) {
  const configuration = join(folder, 'apt.conf');
  await mkdir(folder, { recursive: true });
  await writeFile(configuration, [...(await networkSettings()), 'Acquire::Retries "3";', ''].join('\n'));
  const environment = { ...process.env, LC_ALL: 'C', APT_CONFIG: configuration };
  const path = join(folder, file.replace(/.*\//, ''));
  let firstErrors = '';
  for (const mirror of await configuredMirrors()) {
    const address = `${mirror}/${file}`;
    const result = await tryRun([helper, 'download-file', address, path, `SHA256:${sha256}`], { env: environment });
    if (result.code === 0) return path;
    firstErrors ||= result.errors;
  }
  throw downloadError(firstErrors);
}

/**
 * A command that prints the decompressed content of an archive; apt knows xz even where no `xz` program is installed.
 * @param {string} path
 */
export function decompressCommand(path) {
  return [helper, 'cat-file', path];
}

/** @param {string} architecture */
export async function requireDebian(architecture) {
  const advice = 'use Debian 12 or newer on amd64; a container or virtual machine will do';
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg') || !existsSync(keyring)) {
    throw new SetupError(
      `the set-up takes compiler and libraries from Debian's archive and found no Debian here: ${advice}`,
    );
  }
  const actual = (await run(['dpkg', '--print-architecture'])).trim();
  if (actual !== architecture) {
    throw new SetupError(`the set-up knows ${architecture} machines only, this one is ${actual}: ${advice}`);
  }
}

/** @param {string} name @param {string} architecture */
function pretendInstalled(name, architecture) {
  return (
    `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nMulti-Arch: allowed\n` +
    `Version: 99:0\nMaintainer: nobody\nDescription: not needed here\n`
  );
}

/** The machine's proxy, certificates and the like. */
async function networkSettings() {
  const settings = await run(['apt-config', 'dump'], { env: { ...process.env, LC_ALL: 'C' } });
  return settings.split('\n').filter((line) => /^Acquire::(https?|tor|ForceIPv[46])\b.* "./.test(line));
}

/**
 * Tries the machine's own mirrors in turn: the right one is whichever serves the suite with Debian's signature.
 * @param {string} sourceList
 * @param {string} suite
 * @param {NodeJS.ProcessEnv} environment
 */
async function update(sourceList, suite, environment) {
  const mirrors = await configuredMirrors();
  let firstErrors = '';
  for (const mirror of mirrors) {
    const lines = ['deb', 'deb-src'].map((kind) => `${kind} [signed-by=${keyring}] ${mirror} ${suite} main\n`);
    await writeFile(sourceList, lines.join(''));
    const result = await tryRun(['apt-get', 'update', '-o', 'APT::Update::Error-Mode=any'], { env: environment });
    if (result.code === 0) return;
    firstErrors ||= result.errors;
  }
  throw downloadError(firstErrors);
}

/**
 * apt itself reads its source lists, old style and new, and prints what an update would fetch.
 * @returns {Promise<string[]>} addresses, the likeliest first
 */
async function configuredMirrors() {
  const command = ['apt-get', 'update', '--print-uris'];
  const { output, errors } = await tryRun(command, { env: { ...process.env, LC_ALL: 'C' } });
  /** @type {Set<string>} */
  const found = new Set();
  for (const { uri } of parseUris(output)) {
    const base = /^(.+)\/dists\/[^/]+\/(?:InRelease|Release)$/.exec(uri)?.[1];
    if (base && !base.startsWith('cdrom:')) found.add(base);
  }
  if (found.size === 0) {
    throw new SetupError(
      `this machine has no Debian mirror configured: see \`man sources.list\`, make \`apt-get update\` work and start again\n${errors}`.trim(),
    );
  }
  const looksRight = (/** @type {string} */ mirror) =>
    Number(/\/debian\/?$/.test(mirror) || mirror.startsWith('mirror'));
  return [...found].sort((a, b) => looksRight(b) - looksRight(a));
}

/**
 * @param {string} text lines like `'ADDRESS' FILE SIZE CHECKSUM`
 * @returns {{uri: string, file: string, size: number}[]}
 */
function parseUris(text) {
  return [...text.matchAll(/^'([^']+)' (\S+) (\d+)/gm)].map(([, uri = '', file = '', size]) => ({
    uri,
    file,
    size: Number(size),
  }));
}

/** @param {string} errors */
function downloadError(errors) {
  const lines = errors
    .split('\n')
    .filter((line) => /^[EW]:/.test(line))
    .slice(0, 6)
    .join('\n');
  if (/No space left on device|don't have enough free space/i.test(errors)) {
    return new SetupError(
      'the disk is full: free about 2 GB, or set MLSEC_CACHE to a folder on another disk, and start again',
    );
  }
  if (
    /Could not (resolve|connect)|Temporary failure|Connection (failed|timed out|refused)|Network is unreachable|No route to host/i.test(
      errors,
    )
  ) {
    return new SetupError(
      `the Debian mirror cannot be reached: check the network (and the proxy in apt's configuration) and start again; what is downloaded is kept\n${lines}`,
    );
  }
  return new SetupError(
    `apt could not download what the set-up needs; start again, what is downloaded is kept\n${lines}`,
  );
}
