// Universal perturbations and patches through the installed package.
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Mlsec from '../../web/src/index.js';
import type * as Universal from '../../web/src/universal.js';
import { stopsPromptly } from './aborting.js';
import { type Installed, installPacked, run } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let universals: typeof Universal;
let catalog: Mlsec.Catalog;
let model: Mlsec.Model;
let data: Mlsec.ShippedSamples;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  universals = await import(pathToFileURL(`${installed.mlsec}/dist/universal.js`).href);
  mlsec.configure({ deterministic: true });
  catalog = await mlsec.catalog();
  data = await mlsec.samples('mnist');
  model = await mlsec.load('mnist-mlp');
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

function some(first: number, count: number) {
  const size = 784;
  const { inputs, labels } = data;
  return {
    inputs: { ...inputs, data: inputs.data.slice(first * size, (first + count) * size), shape: [count, 28, 28, 1] },
    labels: labels.slice(first, first + count),
  };
}

it('each fools samples that it has not seen, and gives the same bytes again', async () => {
  for (const { id, makes, options } of catalog.universalAttacks) {
    const steps = options.some(({ name }) => name === 'steps' && makes === 'patch') ? { steps: 60 } : { passes: 2 };
    const call = { method: id, ...steps, seed: 1 } as Universal.UniversalOptions;
    const result = await universals.universal(model, some(0, 100), call);
    expect(result.perturbation.kind, id).toBe(makes);
    const again = await universals.universal(model, some(0, 100), call);
    expect(again.perturbation.data, id).toEqual(result.perturbation.data);
    const measure = await universals.measureUniversal(model, some(100, 200), result.perturbation, { minScale: 1 });
    expect(measure.foolingRate, id).toBeGreaterThan(0.3);
    expect(measure.accuracy, id).toBeLessThan(measure.cleanAccuracy as number);
    if (result.perturbation.kind === 'patch') continue;
    // What the core has counted is what the page sees.
    const seen = await universals.measureUniversal(model, some(0, 100), result.perturbation);
    expect(seen.foolingRate, id).toBe(result.foolingRate);
  }
});

it('refuses what is no plain value, and names it', async () => {
  const options = { method: 'uap', epsilon: () => 0.1 } as unknown as Universal.UniversalOptions;
  await expect(universals.universal(model, some(0, 10), options)).rejects.toMatchObject({
    code: 'wrong-type',
    field: 'epsilon',
  });
});

it('ends within 50 ms when aborted', async () => {
  for (const { id, options } of catalog.universalAttacks) {
    const long = options.some(({ name }) => name === 'batchSize')
      ? { passes: 10000, steps: 100000 }
      : { delta: 0, passes: 10000 };
    const own = Object.fromEntries(Object.entries(long).filter(([name]) => options.some((each) => each.name === name)));
    const tiny = options.some(({ name }) => name === 'epsilon') ? { epsilon: 1e-5 } : {};
    const call = { method: id, ...own, ...tiny } as Universal.UniversalOptions;
    const prompt = await stopsPromptly(300, (signal) => universals.universal(model, some(0, 300), { ...call, signal }));
    expect(prompt, id).toBe(true);
  }
});

it('is a command', async () => {
  const command = `${installed.folder}/node_modules/.bin/mlsec`;
  const [{ id = '' } = {}] = catalog.universalAttacks;
  const flags = ['--model', 'mnist-mlp', '--samples', '50', '--test-samples', '50', '--passes', '1'];
  const { stdout } = await run(command, ['universal', ...flags, '--method', id, '--others', 'mnist-cnn', '--json']);
  const { foolingRate, unseen } = JSON.parse(stdout);
  expect(foolingRate).toBeGreaterThan(0);
  expect(unseen.map(({ model: name }: { model: string }) => name)).toEqual(['mnist-mlp', 'mnist-cnn']);
  const wrong = await run(command, ['universal', ...flags, '--method', 'nothing']).catch((error) => String(error));
  expect(wrong).toContain('--method');
  const stranger = ['--method', id, '--passes', '10000', '--others', 'mnist-cn'];
  const refused = await run(command, ['universal', ...flags.slice(0, 6), ...stranger]).catch((error) => String(error));
  expect(refused).toContain('Did you mean mnist-cnn?');
});
