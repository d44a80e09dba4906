/**
 * What each attack has in the linked WebAssembly of all attacks. A link like the package's own, but with names, says how long each
 * function is; a function is an attack's where its name has the attack's type, or where nothing but the attack's own file
 * defines it. Data (tables of options, names) is counted in the object files by the same rule. What attacks share counts for
 * none of them, and inlining moves a little from one to another.
 *
 * How far that is from the truth is looked at for a few attacks: the pack is linked again without each, which takes long.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildCore } from '../../tools/core.mjs';
import { run } from '../../tools/toolchain/run.mjs';
import { ensureToolchain } from '../../tools/toolchain.mjs';
import { functionsOf } from './wasm.mjs';

const flavour = 'relaxed';
const listFile = new URL('../../src/catalog/attacks.hpp', import.meta.url);
const linkedWithout = ['fgsm', 'ddn', 'brendel-bethge', 'wasserstein'];

/**
 * @param {{quick: boolean, log: (line: string) => void}} options
 * @returns {Promise<{core: Size, pack: Size, inCore: string[], attacks: Record<string, number>, files: Record<string, number>,
 *   linkedWithout: Record<string, Size>}>} `files` has what several attacks of one file share, `pack` is all attacks' and
 *   the core's together
 * @typedef {{bytes: number, gzipped: number}} Size
 */
export async function bytesOfAttacks({ quick, log }) {
  const folder = await buildCore(flavour, ['core', 'attacks'], { log });
  const toolchain = await ensureToolchain({ log });
  const env = { ...process.env, ...toolchain.env };
  const shell = (command) => run(['sh', '-c', `cd '${folder}' && ${command}`], { env });
  const commands = (await run([toolchain.ninja, '-C', folder, '-t', 'commands', 'attacks'], { env })).split('\n');
  const link = commands.find((line) => line.includes(` -o attacks-${flavour}.mjs `));
  const linkAs = (name, more) => link.replace(` -o attacks-${flavour}.mjs `, ` ${more} -o cost/${name}.mjs `);
  const { text, lists, type, id } = await attacksOfLists();
  await mkdir(join(folder, 'cost/catalog'), { recursive: true });

  log('bytes: linking with names');
  await shell(linkAs('named', '--profiling-funcs -Wl,--no-demangle'));
  const ownerOf = await owners(folder, (paths) => shell(`llvm-nm -S --defined-only ${paths}`), type);
  const attacks = Object.fromEntries(Object.keys(type).map((each) => [each, 0]));
  const files = {};
  const add = ({ attack, file }, bytes) => {
    if (attack) attacks[attack] += bytes;
    else if (file) files[file] = (files[file] ?? 0) + bytes;
  };
  for (const { name, bytes } of functionsOf(await readFile(join(folder, 'cost/named.wasm')))) {
    add(ownerOf.code(name), bytes);
  }
  for (const { owner, bytes } of ownerOf.data) add(owner, bytes);

  const table = commands.find((line) => line.endsWith('src/catalog/all_attacks.cpp'));
  const [, object] = table.match(/ -o (\S+)/);
  const compile = table
    .replace(' -I', ` -I${join(folder, 'cost')} -I`)
    .replace(/ -o \S+/, ' -o cost/all_attacks.obj')
    .replace(/ -MF \S+/, ' -MF cost/all_attacks.d');
  const pack = await sizeOf(join(folder, `attacks-${flavour}.wasm`));
  const without = {};
  for (const each of quick ? [] : linkedWithout) {
    log(`bytes: linking without ${each}`);
    await writeFile(join(folder, 'cost/catalog/attacks.hpp'), shortened(text, lists, id, each));
    await shell(compile);
    await shell(linkAs('shorter', '').replace(object, 'cost/all_attacks.obj'));
    const { bytes, gzipped } = await sizeOf(join(folder, 'cost/shorter.wasm'));
    without[each] = { bytes: pack.bytes - bytes, gzipped: pack.gzipped - gzipped };
  }
  const core = await sizeOf(join(folder, `core-${flavour}.wasm`));
  const inCore = lists[0].names.map((name) => id[name]);
  return { core, pack, inCore, attacks, files, linkedWithout: without };
}

async function sizeOf(path) {
  const file = await readFile(path);
  return { bytes: file.length, gzipped: gzipSync(file, { level: 9 }).length };
}

/** The lists of attacks: the core's first. */
async function attacksOfLists() {
  const text = await readFile(listFile, 'utf8');
  const lists = [...text.matchAll(/using \w+Attacks = TypeList<[^;]*;/g)].map(([match]) => ({
    match,
    names: [...match.matchAll(/attacks::(\w+)/g)].map(([, each]) => each),
  }));
  const id = {};
  for (const [, header] of text.matchAll(/#include "(attacks\/\w+\.hpp)"/g)) {
    const source = await readFile(new URL(`../../src/${header}`, import.meta.url), 'utf8');
    for (const [, each, own] of source.matchAll(
      /struct (\w+)[^{;]*\{\s*static constexpr std::string_view id = "([\w-]+)"/g,
    )) {
      id[each] = own;
    }
  }
  const type = Object.fromEntries(lists.flatMap(({ names }) => names.map((each) => [id[each], each])));
  return { text, lists, type, id };
}

/** The header of the lists without one of the attacks. */
function shortened(text, lists, id, attack) {
  return lists.reduce((all, { match, names }) => {
    const left = names.filter((name) => id[name] !== attack).map((name) => `attacks::${name}`);
    return all.replace(match, match.replace(/<.*>/s, `<${left.join(', ')}>`));
  }, text);
}

/**
 * Whose a symbol is.
 * @param {string} folder of the build
 * @param {(paths: string) => Promise<string>} symbolsOf what llvm-nm prints of files
 * @param {Record<string, string>} type of each attack
 */
async function owners(folder, symbolsOf, type) {
  const objects = (await readdir(join(folder, 'src/CMakeFiles'), { recursive: true }))
    .filter((path) => path.endsWith('.obj'))
    .map((path) => `src/CMakeFiles/${path}`);
  /** Objects that define a function; and data, whose names mean something in their object alone. */
  const definedIn = new Map();
  const data = [];
  let object = '';
  for (const line of (await symbolsOf(objects.join(' '))).split('\n')) {
    if (line.endsWith(':')) object = line.slice(0, -1);
    const [, size, kind, name] = line.match(/^\w+ (\w+) (\w) (.*)$/) ?? [];
    if (!name) continue;
    if (/[dDvV]/.test(kind) || name.startsWith('.L')) {
      if (!name.includes('NoopCoro')) data.push({ object, name, bytes: Number.parseInt(size, 16) });
    } else definedIn.set(name, (definedIn.get(name) ?? new Set()).add(object));
  }
  // As mangled names have it: in its namespace, or where that has been named before.
  const byType = Object.entries(type).map(([attack, name]) => ({
    attack,
    inside: new RegExp(`(7attacks|S[0-9A-Z]*_)${name.length}${name}[E0-9]`),
    run: `_ZN5mlsec7attacks${name.length}${name}3runE`,
  }));
  const filesOf = {};
  for (const [name, places] of definedIn) {
    const entry = byType.find(({ run: own }) => name.startsWith(own));
    if (entry) for (const place of places) filesOf[place] = [...new Set([...(filesOf[place] ?? []), entry.attack])];
  }
  const ownerOf = (name, places) => {
    const entry = byType.find(({ inside }) => inside.test(name));
    if (entry) return { attack: entry.attack };
    if (places.length !== 1) return {};
    const attacks = filesOf[places[0]] ?? [];
    if (attacks.length === 1) return { attack: attacks[0] };
    return attacks.length > 1 ? { file: attacks.join(', ') } : {};
  };
  return {
    code: (name) => ownerOf(name, [...(definedIn.get(name) ?? [])]),
    data: data.map(({ object, name, bytes }) => ({ owner: ownerOf(name, [object]), bytes })),
  };
}
