// Before the tests: the generated sources, and a worker with the fake core.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../tools/bundle.mjs';
import { wasmBinary } from './empty_module.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default async function prepare(): Promise<void> {
  if (!existsSync(`${root}web/src/generated/options.ts`)) {
    const { generateTypes } = await import('../../tools/generate_types.mjs');
    await generateTypes(`${root}tests/web/catalog_example.json`);
  }
  await mkdir(`${root}build/tests`, { recursive: true });
  for (const name of ['fake_worker', 'fake_attacks_worker', 'fake_files_worker']) {
    await bundle({ input: `tests/web/${name}.ts`, file: `build/tests/${name}.mjs`, small: false });
  }
  await writeFile(`${root}build/tests/empty.wasm`, wasmBinary);
}
