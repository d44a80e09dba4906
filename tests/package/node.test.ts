import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installPacked, root, run } from './packed.js';

let installed: Installed;
beforeAll(async () => {
  installed = await installPacked();
});
afterAll(() => installed.remove());

const inFolder = (name: string) => path.join(installed.folder, name);

describe.each(['mlsec', 'mlsec/inline'])('%s in Node', (entry) => {
  it('trains, attacks, saves and loads, and lets the process end', async () => {
    const text = await readFile(`${root}tests/package/fixtures/program.mjs`, 'utf8');
    const name = inFolder(`program-${entry.replace('/', '-')}.mjs`);
    await writeFile(name, `${text.replace("'ENTRY'", `'${entry}'`)}\nconsole.log(JSON.stringify(await program()));\n`);
    const { stdout } = await run(process.execPath, [name]);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ progress: 40, same: true, agree: true, fromPack: 2 });
    expect(result.clean).toBeGreaterThan(0.7);
    expect(result.robust).toBeLessThan(result.clean);
  });

  it('does nothing when imported', async () => {
    const watch = `
      const touched = [];
      for (const name of ['fetch', 'Worker', 'window', 'document', 'navigator', 'location']) {
        Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
      }
      const threads = process.getBuiltinModule('node:worker_threads');
      threads.Worker = class { constructor() { touched.push('a thread'); } };
      WebAssembly.compile = () => touched.push('compile');
      await import('${entry}');
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log(JSON.stringify(touched));`;
    await writeFile(inFolder('import.mjs'), watch);
    const { stdout } = await run(process.execPath, [inFolder('import.mjs')]);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

it('forgets models that nobody holds any more', async () => {
  const script = `
    import { diagnostics, samples, load, train } from 'mlsec';
    const model = await train({ input: [28, 28, 1], layers: [{ type: 'flatten' }, { type: 'dense', units: 10 }] }, await samples('mnist'), { epochs: 1 });
    const file = await model.save();
    for (let count = 0; count < 20; count++) await load(file);
    for (let turn = 0; turn < 20 || (turn < 200 && (await diagnostics()).liveHandles[0] > 1); turn++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log(JSON.stringify([await diagnostics(), model.info.name]));`;
  await writeFile(inFolder('forget.mjs'), script);
  const { stdout } = await run(process.execPath, ['--expose-gc', inFolder('forget.mjs')]);
  const [{ liveHandles }] = JSON.parse(stdout);
  expect(liveHandles).toEqual([1]);
});

it('has a command', async () => {
  const command = path.join(installed.folder, 'node_modules/.bin/mlsec');
  const { stdout } = await run(command, ['--version']);
  expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
});

describe('types', () => {
  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('compile with module %s and resolution %s', async (module, moduleResolution) => {
    await copyFile(`${root}tests/package/fixtures/types.ts`, inFolder('types.ts'));
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
    };
    await writeFile(inFolder('tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
    await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', installed.folder]);
  });

  it('are found by every way of resolving modules', async () => {
    const attw = `${root}node_modules/@arethetypeswrong/cli/dist/index.js`;
    const entries = ['.', 'inline', 'catalog', 'data', 'evaluate', 'substitute', 'universal'];
    // The profile leaves out ways that cannot find an ES module at all; anything else found ends in an error.
    await run(process.execPath, [attw, installed.tarball, '--profile', 'esm-only', '--entrypoints', ...entries]);
  });
});

it('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed.mlsec, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

describe('size, gzipped', () => {
  const zipped = async (file: string) =>
    gzipSync(await readFile(`${installed.mlsec}/dist/${file}`), { level: 9 }).length;

  it.each(['simd', 'relaxed'])(
    'all JavaScript of the default entry with the %s core is at most 23 KB',
    async (flavour) => {
      const size = (await zipped('index.js')) + (await zipped(`worker-${flavour}.js`));
      console.log(`JavaScript (${flavour}): ${size} bytes`);
      expect(size).toBeLessThanOrEqual(23_000);
    },
  );

  it('the entry for data sets is at most 10 KB', async () => {
    const size = await zipped('data.js');
    console.log(`data.js: ${size} bytes`);
    expect(size).toBeLessThanOrEqual(10_000);
  });

  it('the entry for evaluation is at most 13 KB', async () => {
    const size = await zipped('evaluate.js');
    console.log(`evaluate.js: ${size} bytes`);
    expect(size).toBeLessThanOrEqual(13_000);
  });

  it.each([
    ['simd', 260],
    ['relaxed', 260],
  ])('the %s core is at most %i KB', async (flavour, limit) => {
    const size = await zipped(`core-${flavour}.wasm`);
    console.log(`core-${flavour}.wasm: ${size} bytes`);
    expect(size).toBeLessThanOrEqual(limit * 1000);
  });

  it.each(['attacks-simd', 'attacks-relaxed', 'training-simd', 'training-relaxed', 'files'])(
    'the pack %s',
    async (pack) => {
      const size = await zipped(`${pack}.wasm`);
      console.log(`${pack}.wasm: ${size} bytes`);
      expect(size).toBeLessThanOrEqual(400_000);
    },
  );
});
