import { side } from '../../../web/src/element/digit.js';
import { networkNamed } from '../../../web/src/element/networks.js';
import { datasetOf, learnedFrom, method, type Recipe, type State } from './settings.js';

const size = side * side;

/** A program that comes to the same patch, byte for byte, and lays it over the image that is shown. */
export function codeFor(recipe: Recipe, { sample, place }: Pick<State, 'sample' | 'place'>): string {
  const { model, target, options } = recipe;
  const given = { method: method().id, target, ...options, deterministic: true };
  const lines = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${typeof value === 'string' ? `'${value}'` : value},`);
  const network = networkNamed(model).origin ? 'the file of your network' : model;
  return [
    "import { load, samples } from 'mlsec';",
    "import { applyPatch, universal } from 'mlsec/universal';",
    '',
    `const model = await load('${network}', { deterministic: true });`,
    `const { inputs } = await samples('${datasetOf(recipe)}');`,
    `const part = (begin, end) => ({ ...inputs, data: inputs.data.slice(begin * ${size}, end * ${size}), shape: [end - begin, ${side}, ${side}, 1] });`,
    `const { perturbation: patch, foolingRate } = await universal(model, part(0, ${learnedFrom}), {`,
    ...lines,
    '});',
    `const placed = applyPatch(part(${sample}, ${sample + 1}), patch, ${quoted(place)});`,
    'console.log(foolingRate, (await model.predict(placed)).labels[0]);',
    '',
  ].join('\n');
}

function quoted(place: State['place']): string {
  return `{ ${Object.entries(place)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')} }`;
}
