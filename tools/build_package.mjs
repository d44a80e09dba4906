// Makes dist/, the published package, from web/src and the built core:
//   build/<flavour>/core-<flavour>.mjs and .wasm, build/catalog.json, web/models/*.onnx.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundle, bundleWorker, replaceModule, styleText } from './bundle.mjs';
import { generateTypes } from './generate_types.mjs';
import { datasets, firstSamples, models } from './shipped.mjs';
import { writeSamples } from './write_samples.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const flavours = ['simd', 'relaxed'];

/** Entries of their own share with the default one what there must be only one of: the workers, the class of errors. */
const runtimeApart = [/\/read_data\.js$/, /\/mlsec_error\.js$/].map((module) =>
  replaceModule(module, { external: './index.js' }),
);
const evaluationApart = [/\/attack\.js$/, /\/callback\.js$/, /\/catalog_lazily\.js$/, /\/mlsec_error\.js$/].map(
  (module) => replaceModule(module, { external: './index.js' }),
);
/** The element is built on the package as its users are. */
const packageApart = [
  replaceModule(/^mlsec$/, { external: './index.js' }),
  replaceModule(/^mlsec\/catalog$/, { external: './catalog.js' }),
];
const universalApart = [/\/run_universal\.js$/, /\/mlsec_error\.js$/].map((module) =>
  replaceModule(module, { external: './index.js' }),
);
const substituteApart = [
  /\/attack\.js$/,
  /\/train\.js$/,
  /\/callback\.js$/,
  /\/catalog_lazily\.js$/,
  /\/mlsec_error\.js$/,
].map((module) => replaceModule(module, { external: './index.js' }));
/** Decoders, and what inspects files without fetching them, that are loaded when they are needed. */
const imageFilesApart = replaceModule(/\/image_files\.js$/, { external: './image_files.js' });
const outlineApart = replaceModule(/\/model_outline\.js$/, { external: './model_outline.js' });

/**
 * Builds the package.
 * @param {{ core?: string, models?: string, out?: string }} [places] folders of the built core (with catalog.json), of
 *   the trained models, and of the result; by default build/, web/models/ and dist/.
 */
export async function buildPackage(places = {}) {
  const core = path.resolve(root, places.core ?? 'build');
  const out = path.resolve(root, places.out ?? 'dist');
  await generateTypes(`${core}/catalog.json`);
  await rm(out, { recursive: true, force: true });
  await mkdir(`${out}/models`, { recursive: true });
  await mkdir(`${out}/data`, { recursive: true });
  await copyModels(path.resolve(root, places.models ?? 'web/models'), `${out}/models`);
  for (const { id } of datasets) {
    await writeSamples(id, `${out}/data/${id}.bin`);
    await writeSamples(id, `${out}/data/${id}-first.bin`, firstSamples);
  }
  for (const flavour of flavours) {
    await cp(`${core}/${flavour}/core-${flavour}.wasm`, `${out}/core-${flavour}.wasm`);
    await bundleWorker(`${core}/${flavour}/core-${flavour}.mjs`, `${out}/worker-${flavour}.js`);
    for (const pack of ['attacks', 'training']) {
      await cp(`${core}/${flavour}/${pack}-${flavour}.wasm`, `${out}/${pack}-${flavour}.wasm`);
      await bundleWorker(`${core}/${flavour}/${pack}-${flavour}.mjs`, `${out}/worker-${pack}-${flavour}.js`);
    }
  }
  await cp(`${core}/simd/files.wasm`, `${out}/files.wasm`);
  await bundleWorker(`${core}/simd/files.mjs`, `${out}/worker-files.js`, 'web/src/worker/files_entry.ts');
  const catalogApart = replaceModule(/\/catalog\.js$/, { external: './catalog.js' });
  await bundle({ input: 'web/src/catalog.ts', file: `${out}/catalog.js`, plugins: [] });
  await bundle({ input: 'web/src/index.ts', file: `${out}/index.js`, plugins: [catalogApart, outlineApart] });
  await bundle({ input: 'web/src/model_outline.ts', file: `${out}/model_outline.js` });
  await bundle({ input: 'web/src/data.ts', file: `${out}/data.js`, plugins: [...runtimeApart, imageFilesApart] });
  await bundle({ input: 'web/src/evaluate.ts', file: `${out}/evaluate.js`, plugins: evaluationApart });
  await bundle({
    input: 'web/src/element.ts',
    file: `${out}/element.js`,
    plugins: [...packageApart, styleText],
    // Lit's form for servers, which does not look for a document while it is imported.
    conditions: ['node', 'import', 'default'],
  });
  await bundle({ input: 'web/src/universal.ts', file: `${out}/universal.js`, plugins: universalApart });
  await bundle({ input: 'web/src/substitute.ts', file: `${out}/substitute.js`, plugins: substituteApart });
  await bundle({ input: 'web/src/data/image_files.ts', file: `${out}/image_files.js` });
  await bundleInline(out);
  await bundle({
    input: 'web/src/cli/main.ts',
    file: `${out}/cli.js`,
    platform: 'node',
    small: false,
    banner: '#!/usr/bin/env node',
    plugins: [
      replaceModule(/^\.\.\/index\.js$/, { external: './index.js' }),
      replaceModule(/^\.\.\/data\.js$/, { external: './data.js' }),
      replaceModule(/^\.\.\/evaluate\.js$/, { external: './evaluate.js' }),
      replaceModule(/^\.\.\/universal\.js$/, { external: './universal.js' }),
      replaceModule(/^\.\.\/catalog\.js$/, { external: './catalog.js' }),
      ...runtimeApart,
    ],
  });
  await writeLicences(`${out}/licences.txt`);
  await writeDeclarations(out);
}

/** Models with their cards. One that has not been trained yet is only missed when it is asked for. */
async function copyModels(from, to) {
  const files = await readdir(from).catch(() => []);
  for (const { id } of models) {
    if (!files.includes(`${id}.onnx`)) console.warn(`The model ${id} has not been trained yet.`);
    for (const file of files) if (path.parse(file).name === id) await cp(`${from}/${file}`, `${to}/${file}`);
  }
}

/** The entry that needs no files beside it: core and worker inside, models and samples as modules to be imported. */
async function bundleInline(out) {
  const wasm = gzipSync(await readFile(`${out}/core-simd.wasm`), { level: 9 }).toString('base64');
  const worker = await readFile(`${out}/worker-simd.js`, 'utf8');
  const table = async (folder, ending) => {
    const rows = [];
    for (const file of (await readdir(`${out}/${folder}`)).filter(
      (name) => name.endsWith(ending) && !name.includes('-first'),
    )) {
      const id = path.basename(file, ending);
      const base64 = (await readFile(`${out}/${folder}/${file}`)).toString('base64');
      await writeFile(`${out}/${folder}/${id}.js`, `export default '${base64}';\n`);
      rows.push(`${JSON.stringify(id)}: () => import('./${folder}/${id}.js'),`);
    }
    return `{ ${rows.join(' ')} }`;
  };
  await mkdir(`${out}/packs`, { recursive: true });
  for (const name of ['files', 'attacks-simd', 'training-simd']) {
    const inside = gzipSync(await readFile(`${out}/${name}.wasm`), { level: 9 }).toString('base64');
    const script = await readFile(`${out}/worker-${name}.js`, 'utf8');
    const text = `export const wasm = ${JSON.stringify(inside)};\nexport const worker = ${JSON.stringify(script)};\n`;
    await writeFile(`${out}/packs/${name}.js`, text);
  }
  const embedded = `export const wasm = ${JSON.stringify(wasm)};
export const worker = ${JSON.stringify(worker)};
export const packs = {
  files: () => import('./packs/files.js'),
  'attacks-simd': () => import('./packs/attacks-simd.js'),
  'training-simd': () => import('./packs/training-simd.js'),
};
export const models = ${await table('models', '.onnx')};
export const data = ${await table('data', '.bin')};`;
  await bundle({
    input: 'web/src/inline.ts',
    file: `${out}/inline.js`,
    plugins: [
      {
        name: 'assets inside',
        resolveId: {
          order: 'pre',
          handler(id, importer) {
            if (/\/assets\/files\.js$/.test(id)) return `${root}web/src/assets/embedded.ts`;
            // Only the module below, which is made here, imports what stays outside.
            return /^\.\/(models|data|packs)\/[^/]+\.js$/.test(id) && importer?.startsWith('\0')
              ? { id, external: true }
              : undefined;
          },
        },
      },
      replaceModule(/^mlsec:embedded$/, { code: embedded }),
      imageFilesApart,
      outlineApart,
    ],
  });
}

/** Other packages inside files of this one. */
const bundled = {
  'fast-png': 'image_files.js',
  fflate: 'image_files.js',
  iobuffer: 'image_files.js',
  'jpeg-js': 'image_files.js',
  'lit-html': 'element.js',
};

/** What is inside the package and not ours. */
async function writeLicences(file) {
  const parts = datasets.map(({ id, licence }) => `${id} (dist/data): ${licence}\n`);
  const { resolve } = createRequire(import.meta.url);
  for (const [name, file] of Object.entries(bundled)) {
    const folder = resolve(name).replace(new RegExp(`(.*node_modules/${name}/).*`), '$1');
    const text = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    parts.push(`${name} (dist/${file}):\n\n${await readFile(folder + text, 'utf8')}`);
  }
  // Another package under it has the text beside it.
  const apache = await readFile(path.join(path.dirname(resolve('playwright-core/package.json')), 'LICENSE'), 'utf8');
  parts.push(`The decoder of jpeg-js: Copyright 2011 notmasteryet, under this licence:\n\n${apache}`);
  await writeFile(file, parts.join(`\n${'-'.repeat(80)}\n`));
}

async function writeDeclarations(out) {
  const compiler = path.join(
    path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const options = ['-p', `${root}web/tsconfig.build.json`, '--outDir', out];
  await promisify(execFile)(process.execPath, [compiler, ...options]).catch((error) => {
    throw new Error(`The type declarations could not be made:\n${error.stdout}`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPackage();
