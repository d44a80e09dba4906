/**
 * Measures again what documentation claims, and compares.
 *     npm run verify -- models
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { measure } from './measure.mjs';
import { models } from './shipped.mjs';

const folder = fileURLToPath(new URL('../web/models', import.meta.url));

async function verifyModels() {
  const { close, configure, load } = await import('../dist/index.js');
  configure({ deterministic: true, workers: availableParallelism() });
  let failed = 0;
  for (const { id } of models) {
    const card = JSON.parse(await readFile(`${folder}/${id}.json`, 'utf8'));
    const recipe = JSON.parse(await readFile(`${folder}/${id}.recipe.json`, 'utf8'));
    const figures = await measure(await load(id), recipe);
    const equal =
      JSON.stringify(figures) ===
      JSON.stringify(Object.fromEntries(Object.keys(figures).map((key) => [key, card[key]])));
    failed += Number(!equal);
    console.log(`${id}: ${equal ? 'as the card says' : 'NOT as the card says'}`, figures);
  }
  await close();
  console.log(`${models.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

const [what] = process.argv.slice(2);
if (what !== 'models') {
  console.error('What shall be verified? npm run verify -- models');
  process.exit(2);
}
await ensureBuilt();
await verifyModels();
