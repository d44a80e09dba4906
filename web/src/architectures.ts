import { fail } from './error.js';
import type { Architecture, Layer } from './generated/options.js';

/** Networks by name, for a kind of input and a number of outputs. */
export type ArchitectureName = 'mlp' | 'cnn' | 'lenet' | 'resnet-small';

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

/** Two convolutions whose result is added to what came in (He et al., 2016, figure 2). */
function residualBlock(name: string, from: string, filters: number, stride: number): Layer[] {
  const convolution = { type: 'conv2d', filters, padding: 'same', bias: false } as const;
  const skip: Layer[] =
    stride === 1
      ? []
      : [
          { ...convolution, kernel: 1, stride, from },
          { type: 'batchNorm', name: `${name} skip` },
        ];
  return [
    ...skip,
    { ...convolution, kernel: 3, stride, from },
    { type: 'batchNorm' },
    { type: 'relu' },
    { ...convolution, kernel: 3 },
    { type: 'batchNorm', name: `${name} sum` },
    { type: 'add', from: [`${name} sum`, skip.length > 0 ? `${name} skip` : from] },
    { type: 'relu', name },
  ];
}

const makers: Record<ArchitectureName, (units: number) => Layer[]> = {
  mlp: (units) => [{ type: 'flatten' }, { type: 'dense', units: 128 }, { type: 'relu' }, ...head(units)],
  cnn: (units) => convolutional([16, 32], 'valid', units),
  lenet: (units) => convolutional([32, 64], 'same', units),
  'resnet-small': (units) => [
    { type: 'conv2d', filters: 16, kernel: 3, padding: 'same', bias: false },
    { type: 'batchNorm' },
    { type: 'relu', name: 'stem' },
    ...residualBlock('block 1', 'stem', 16, 1),
    ...residualBlock('block 2', 'block 1', 32, 2),
    ...residualBlock('block 3', 'block 2', 64, 2),
    { type: 'globalAveragePool' },
    ...head(units),
  ],
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
