// Networks as other libraries' exporters write them: read here, they answer as they do there.
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { close, inspect, load } from '../../dist/index.js';

interface Exported {
  name: string;
  madeBy: string;
  onnx: string;
  options: object;
  shape: number[];
  inputs: number[];
  probabilities: number[][];
}

const models: Exported[] = JSON.parse(await readFile(new URL('./exported_models.json', import.meta.url), 'utf8'));

afterAll(() => close());

describe.each(models)('$name of $madeBy', ({ onnx, options, shape, inputs, probabilities }) => {
  const file = Uint8Array.from(atob(onnx), (character) => character.charCodeAt(0));

  it('has no problems', async () => {
    expect((await inspect(file, options)).problems).toEqual([]);
  });

  it('answers as it does there', async () => {
    const model = await load(file, options);
    const predicted = await model.predict({ data: Float32Array.from(inputs), shape });
    const classes = model.info.output.classes;
    for (const [row, expected] of probabilities.entries()) {
      for (const [k, probability] of expected.entries()) {
        expect(Math.abs((predicted.probabilities[row * classes + k] ?? Number.NaN) - probability)).toBeLessThan(2e-5);
      }
    }
    expect(model.info.warnings.filter((warning) => /look like probabilities/.test(warning))).toEqual([]);
    model.dispose();
  });
});

it('images of TensorFlow have their channels last', async () => {
  const exported = models.find(({ name }) => name === 'convolutional');
  const model = await load(Uint8Array.from(atob(exported?.onnx ?? ''), (character) => character.charCodeAt(0)));
  expect(model.info.input).toMatchObject({ kind: 'image', layout: 'hwc', shape: [8, 6, 2] });
});

it('several inputs are named parts of one vector', async () => {
  const exported = models.find(({ name }) => name === 'two inputs');
  const model = await load(Uint8Array.from(atob(exported?.onnx ?? ''), (character) => character.charCodeAt(0)));
  expect(model.info.input).toMatchObject({
    kind: 'vector',
    shape: [66],
    parts: [
      { name: 'x0', shape: [1, 8, 8] },
      { name: 'x1', shape: [2] },
    ],
  });
});
