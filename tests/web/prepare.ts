// Before the tests: the generated sources, and a worker with the fake core.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../tools/bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default async function prepare(): Promise<void> {
  if (!existsSync(`${root}web/src/generated/options.ts`)) {
    const { generateTypes } = await import('../../tools/generate_types.mjs');
    await generateTypes(`${root}tests/web/catalog_example.json`);
  }
  await mkdir(`${root}build/tests`, { recursive: true });
  await bundle({ input: 'tests/web/fake_worker.ts', file: 'build/tests/fake_worker.mjs', small: false });
}
