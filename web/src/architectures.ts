import { fail } from './error.js';
import type { Architecture, Layer } from './generated/options.js';

/** Networks by name, for a kind of input and a number of outputs. */
export type ArchitectureName = 'mlp' | 'cnn' | 'lenet';

const head = (units: number): Layer[] => [{ type: 'dense', units }];

/** Two convolutions and poolings, then a hidden layer. */
function convolutional(filters: [number, number], padding: 'valid' | 'same', units: number): Layer[] {
  const stage = (count: number): Layer[] => [
    { type: 'conv2d', filters: count, kernel: 5, padding },
    { type: 'relu' },
    { type: 'maxPool2d' },
  ];
  return [
    ...stage(filters[0]),
    ...stage(filters[1]),
    { type: 'flatten' },
    { type: 'dense', units: 128 },
    { type: 'relu' },
    ...head(units),
  ];
}

const makers: Record<ArchitectureName, (units: number) => Layer[]> = {
  mlp: (units) => [{ type: 'flatten' }, { type: 'dense', units: 128 }, { type: 'relu' }, ...head(units)],
  cnn: (units) => convolutional([16, 32], 'valid', units),
  lenet: (units) => convolutional([32, 64], 'same', units),
};

/** The names that `train` takes for an architecture. */
export const architectureNames = Object.keys(makers) as ArchitectureName[];

/** A network of that name for samples of that shape. All but 'mlp' take images. */
export function architectureOf(name: ArchitectureName, input: readonly number[], outputs: number): Architecture {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (!make) {
    return fail(
      'unknown-name',
      'architecture',
      `There is no architecture '${name}'; there are ${architectureNames.join(', ')}.`,
    );
  }
  return { input, layers: make(outputs) };
}
