/**
 * What each attack adds to the WebAssembly: the core is linked again without it, all optimisation of the link included.
 * Code that attacks share counts for none of them, and what an attack needs of another (AutoAttack of auto-PGD) counts
 * for neither. A list without the attack takes the place of src/catalog/attacks.hpp, and one file is compiled with it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildCore } from '../../tools/core.mjs';
import { run } from '../../tools/toolchain/run.mjs';
import { ensureToolchain } from '../../tools/toolchain.mjs';

const listFile = new URL('../../src/catalog/attacks.hpp', import.meta.url);

/**
 * @param {{quick: boolean, log: (line: string) => void}} options
 * @returns {Promise<{whole: Size, fewest: Size, attacks: Record<string, Size>}>} `fewest` is the core with one attack
 * @typedef {{bytes: number, gzipped: number}} Size
 */
export async function bytesOfAttacks({ quick, log }) {
  const flavour = 'relaxed';
  const folder = await buildCore(flavour, ['core'], { log });
  const toolchain = await ensureToolchain({ log });
  const env = { ...process.env, ...toolchain.env };
  const commands = (await run([toolchain.ninja, '-C', folder, '-t', 'commands', 'core'], { env })).split('\n');
  const compile = commands.find((line) => line.endsWith('src/catalog/programs.cpp'));
  const link = commands.find((line) => line.includes(` -o core-${flavour}.mjs `));
  const text = await readFile(listFile, 'utf8');
  const [list] = text.match(/using Attacks = TypeList<[^;]*;/);
  const types = [...list.matchAll(/attacks::(\w+)/g)].map(([, type]) => type);
  const ids = await idsOf(text);

  /** The core with these attacks alone. */
  async function sizeWith(kept) {
    const place = join(folder, 'cost');
    await mkdir(join(place, 'catalog'), { recursive: true });
    const shorter = `using Attacks = TypeList<${kept.map((type) => `attacks::${type}`).join(', ')}>;`;
    await writeFile(join(place, 'catalog/attacks.hpp'), text.replace(list, shorter));
    const shell = (command) => run(['sh', '-c', `cd '${folder}' && ${command}`], { env });
    // The first object to define a symbol wins: the library's own programs.cpp is then not linked.
    await shell(
      compile.replace(' -I', ` -I${place} -I`).replaceAll(/ -(o|MF|MT) \S+/g, (option, name) => {
        return name === 'o' ? ' -o cost/programs.obj' : name === 'MF' ? ' -MF cost/programs.d' : option;
      }),
    );
    await shell(link.replace(` -o core-${flavour}.mjs `, ' cost/programs.obj -o cost/core.mjs '));
    const file = await readFile(join(place, 'core.wasm'));
    return { bytes: file.length, gzipped: gzipSync(file, { level: 9 }).length };
  }

  log('bytes: the whole core');
  const whole = await sizeWith(types);
  const attacks = {};
  for (const type of quick ? types.slice(0, 2) : types) {
    log(`bytes: without ${ids[type]}`);
    const { bytes, gzipped } = await sizeWith(types.filter((other) => other !== type));
    attacks[ids[type]] = { bytes: whole.bytes - bytes, gzipped: whole.gzipped - gzipped };
  }
  log('bytes: with one attack alone');
  return { whole, fewest: await sizeWith(types.slice(0, 1)), attacks };
}

/** By type. @param {string} list the text of attacks.hpp @returns {Promise<Record<string, string>>} */
async function idsOf(list) {
  const ids = {};
  for (const [, header] of list.matchAll(/#include "(attacks\/\w+\.hpp)"/g)) {
    const text = await readFile(new URL(`../../src/${header}`, import.meta.url), 'utf8');
    for (const [, type, id] of text.matchAll(/struct (\w+) \{\s*static constexpr std::string_view id = "([\w-]+)"/g)) {
      ids[type] = id;
    }
  }
  return ids;
}
