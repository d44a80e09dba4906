import { load, type Model } from 'mlsec';
import { side } from './digit.js';
import { addModel } from './laboratory.js';
import { addNetwork } from './networks.js';

/** What the page says of a file that it cannot attack. */
export class Unsuitable extends Error {}

/**
 * Loads a model from files of the visitor's, an ONNX file or a model.json with its weights, and adds it to the networks.
 * @returns its id
 * @throws Unsuitable or MlsecError, in words
 */
export async function openModel(files: readonly File[], dataset: string): Promise<string> {
  const description = files.find(({ name }) => name.endsWith('.json'));
  const [first] = files;
  if (!first) throw new Unsuitable('No file was given.');
  const weights = files.filter((file) => file !== description);
  const model = await load(description ? { model: description, weights } : first, { deterministic: true });
  try {
    check(model);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const { name } = description ?? first;
  const id = name.replace(/\.[^.]*$/, '');
  addModel(id, model);
  const warnings = model.info.warnings.join(' ');
  const summary = `Your file ${name}, which does not leave this page; ${model.info.parameters.toLocaleString('en')} parameters. ${warnings}`;
  addNetwork({ id, dataset, summary: summary.trim(), origin: 'file' });
  return id;
}

/** This page has images of 28 x 28 grey pixels. */
function check({ info: { input } }: Model): void {
  const values = input.shape.reduce((product, extent) => product * extent, 1);
  if (input.parts || values !== side * side) {
    throw new Unsuitable(
      `This network takes ${input.shape.join(' × ')} values, and the images of this page have ${side} × ${side} pixels.`,
    );
  }
}
