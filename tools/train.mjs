/**
 * Trains a model that ships, from its recipe in web/models, and writes its file and card beside it.
 *     npm run train -- mnist-cnn [--workers 2]
 * The `simd` build gives the same bytes on every machine, with any number of workers.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { readDataset } from './data.mjs';
import { measure } from './measure.mjs';
import { datasets, models } from './shipped.mjs';

const folder = fileURLToPath(new URL('../web/models', import.meta.url));

const [name, flag, count] = process.argv.slice(2);
if (!models.some(({ id }) => id === name) || (flag !== undefined && flag !== '--workers')) {
  console.error(
    `Which model? npm run train -- NAME [--workers N], NAME one of ${models.map(({ id }) => id).join(', ')}.`,
  );
  process.exit(2);
}
await ensureBuilt();
const { close, configure, load, train } = await import('../dist/index.js');
configure({ deterministic: true, workers: Number(count ?? availableParallelism()) });

const recipe = JSON.parse(await readFile(join(folder, `${name}.recipe.json`), 'utf8'));
const trained = await train(recipe.architecture, await readDataset(recipe.data, 'train'), {
  ...recipe.options,
  onEpoch: ({ epoch, loss, accuracy, seconds }) =>
    console.log(
      `epoch ${epoch}: loss ${loss.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(2)} %, ${seconds.toFixed(1)} s`,
    ),
});
const bytes = await trained.save('onnx', { precision: 'float16' });
await writeFile(join(folder, `${name}.onnx`), bytes);

// Measured as shipped: after rounding to float16.
const model = await load(bytes, { name });
const figures = await measure(model, recipe);
const card = {
  id: name,
  summary: recipe.summary,
  data: datasets.find(({ id }) => id === recipe.data).whole,
  architecture: recipe.architecture.layers.map(({ type }) => type).join(', '),
  training: `npm run train -- ${name}`,
  measuring: 'npm run verify -- models',
  parameters: model.info.parameters,
  bytes: bytes.length,
  ...figures,
  licence: 'MIT, as the rest of mlsec',
};
await writeFile(join(folder, `${name}.json`), `${JSON.stringify(card, null, 2)}\n`);
console.log(card);
await close();
const robust = card.robustAccuracy.accuracy;
for (const [figure, value] of Object.entries({ cleanAccuracy: card.cleanAccuracy, robustAccuracy: robust })) {
  if (value >= (recipe.wanted[figure] ?? 0)) continue;
  console.error(`${figure} is ${value}, below the ${recipe.wanted[figure]} wanted.`);
  process.exitCode = 1;
}
