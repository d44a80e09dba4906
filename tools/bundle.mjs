// One way of bundling for the package and its tests.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { minify } from 'terser';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles modules of the project into one file each; what they share, and what they import dynamically, is not split.
 * @param {{ input: string, file: string, platform?: 'neutral' | 'node', plugins?: object[], banner?: string,
 *   small?: boolean, conditions?: string[] }} options `conditions` choose between forms of other packages
 */
export async function bundle({ input, file, platform = 'neutral', plugins = [], banner, small = true, conditions }) {
  const { output } = await build({
    cwd: root,
    input,
    platform,
    plugins,
    write: false,
    logLevel: 'warn',
    transform: { target: 'es2022' },
    ...(conditions && { resolve: { conditionNames: conditions } }),
    output: { file, format: 'esm', minify: small, banner, codeSplitting: false },
  });
  const [{ code }] = output;
  const compress = { passes: 3, unsafe_arrows: true };
  // Node prints the whole line in which an error was thrown and not caught.
  const format = { max_line_len: 400 };
  await writeFile(file, small ? (await minify(code, { module: true, ecma: 2022, compress, format })).code : code);
}

/** Gives a module a text of its own, or leaves it to the run time under another name. */
export function replaceModule(pattern, { code, external }) {
  return {
    name: `replace ${pattern}`,
    resolveId: {
      order: 'pre',
      handler: (id) => (pattern.test(id) ? (external ? { id: external, external: true } : `\0${pattern}`) : undefined),
    },
    load: (id) => (id === `\0${pattern}` ? code : undefined),
  };
}

/**
 * Gives style sheets as text, for the shadow tree of an element. Lengths follow the element's own --size, not the font
 * size of the page around it.
 */
export const styleText = {
  name: 'style sheets as text',
  resolveId: {
    order: 'pre',
    handler: (id, importer) =>
      id.endsWith('.css?inline') && importer ? path.resolve(path.dirname(importer), id) : undefined,
  },
  async load(id) {
    if (!id.endsWith('.css?inline')) return undefined;
    const text = (await readFile(id.replace(/\?inline$/, ''), 'utf8'))
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/(?<!--mlsec-size,)(-?[\d.]+)rem\b/g, 'calc($1*var(--size))');
    return { code: `export default ${JSON.stringify(text)};`, moduleType: 'js' };
  },
};

/** The worker around a build of the core: one script without imports, which runs wherever a server puts it. */
export async function bundleWorker(core, file, input = 'web/src/worker/entry.ts') {
  const glue = withoutSpares(await readFile(core, 'utf8'));
  await bundle({ input, file, plugins: [replaceModule(/^mlsec:core$/, { code: glue })] });
}

/**
 * The code that Emscripten generates is prepared for much that never happens in the worker. Where it reads as expected,
 * these parts are cut off, and the minifier drops what only they have used; where it does not, they cost some bytes.
 */
const spares = [
  // The worker always hands the compiled module over: nothing is fetched.
  [
    /if\(Module\["instantiateWasm"\]\)[\s\S]*?(?=var callRuntimeCallbacks)/,
    'return Module["instantiateWasm"](info,receiveInstance)}',
  ],
  // Its own address would tell it where; without it the script is a classic one as well as a module.
  [/\bimport\.meta\.url\b/g, '""'],
  // The core's interface has no std::wstring.
  [/:__embind_register_std_wstring\b/, ':()=>{}'],
  // Every engine with SIMD has these.
  [/if\(typeof globalThis=="object"\)\{return globalThis\}/, 'return globalThis;'],
  [/typeof TextDecoder!="undefined"/g, 'true'],
];

function withoutSpares(glue) {
  return spares.reduce((text, [pattern, replacement]) => text.replace(pattern, () => replacement), glue);
}
