/**
 * Measures again what documentation claims, and compares.
 *     npm run verify -- models [NAME]     the figures on the cards of the models that ship
 *     npm run verify -- training [NAME]   that their recipes lead there outside WebAssembly, too: to the same bytes, or
 *                                         at least, should a compiler round otherwise, to an accuracy close by
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { measure } from './measure.mjs';
import { models } from './shipped.mjs';
import { trainNatively } from './train_natively.mjs';

const folder = fileURLToPath(new URL('../web/models', import.meta.url));

/** How far the accuracy of a network trained natively may be from that on the card. */
const nativeTolerance = 0.003;

async function readCard(id) {
  const read = async (ending) => JSON.parse(await readFile(`${folder}/${id}.${ending}`, 'utf8'));
  return { card: await read('json'), recipe: await read('recipe.json') };
}

async function asTheCardSays(id) {
  const { load } = await import('../dist/index.js');
  const { card, recipe } = await readCard(id);
  const figures = await measure(await load(id), recipe);
  const equal =
    JSON.stringify(figures) === JSON.stringify(Object.fromEntries(Object.keys(figures).map((key) => [key, card[key]])));
  console.log(`${id}: ${equal ? 'as the card says' : 'NOT as the card says'}`, figures);
  return equal;
}

async function trainsNatively(id) {
  const { load } = await import('../dist/index.js');
  const { card, recipe } = await readCard(id);
  const trained = await trainNatively(recipe);
  if (Buffer.compare(Buffer.from(trained), await readFile(`${folder}/${id}.onnx`)) === 0) {
    console.log(`${id}: the bytes that ship`);
    return true;
  }
  const { cleanAccuracy, robustAccuracy } = await measure(await load(trained), recipe);
  const difference = cleanAccuracy - card.cleanAccuracy;
  const close = Math.abs(difference) <= nativeTolerance;
  console.log(
    `${id}: ${close ? 'within' : 'NOT within'} 0.3 points of the card: ${(100 * difference).toFixed(2)} points clean`,
    { cleanAccuracy, robustAccuracy: robustAccuracy.accuracy, onTheCard: card.robustAccuracy.accuracy },
  );
  return close;
}

const subjects = { models: asTheCardSays, training: trainsNatively };

const [what, only] = process.argv.slice(2);
const ids = models.map(({ id }) => id).filter((id) => only === undefined || id === only);
if (!Object.hasOwn(subjects, what ?? '') || ids.length === 0) {
  console.error('What shall be verified? npm run verify -- models | training [NAME]');
  process.exit(2);
}
await ensureBuilt();
const { close, configure } = await import('../dist/index.js');
configure({ deterministic: true, workers: availableParallelism() });
let passed = 0;
for (const id of ids) passed += Number(await subjects[what](id));
await close();
console.log(`${passed} passed, ${ids.length - passed} failed`);
process.exitCode = passed < ids.length ? 1 : 0;
