// Networks as visitors might bring them, made by the package.
import { type Architecture, type Model, train } from 'mlsec';

export const [width, height, channels] = [16, 12, 3];
export const colours = ['red', 'green', 'blue'];

/** An image of a colour, pixel after pixel, in which that colour is the lightest. */
function image(colour: number, number: number): number[] {
  return Array.from({ length: width * height * channels }, (_, at) => {
    const noise = ((at * 7919 + number * 104_729) % 101) / 101;
    return (at % channels === colour ? 0.55 : 0.15) + 0.3 * noise;
  });
}

/** A small network that tells red from green and blue images of 16 x 12 pixels. */
export async function colourNetwork({ named = false } = {}): Promise<Model> {
  const labels = Array.from({ length: 60 }, (_, number) => number % 3);
  const data = Float32Array.from(labels.flatMap((label, number) => image(label, number)));
  const architecture: Architecture = {
    input: [height, width, channels],
    layers: [
      { type: 'conv2d', filters: 6, kernel: 3, stride: 2 },
      { type: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 3 },
    ],
  };
  const inputs = { data, shape: [labels.length, height, width, channels] };
  const set = { inputs, labels, classNames: named ? colours : ['0', '1', '2'] };
  return train(architecture, set, { epochs: 6, batchSize: 12, learningRate: 0.01, seed: 1, deterministic: true });
}

/** A network that has learned nothing, of images of any size and any number of classes. */
export async function untrained(
  [rows, columns, depth]: [number, number, number],
  classNames: string[],
): Promise<Uint8Array> {
  const kernel = Math.max(1, Math.floor(Math.min(rows, columns) / 8));
  const architecture: Architecture = {
    input: [rows, columns, depth],
    layers: [
      { type: 'conv2d', filters: 4, kernel, stride: kernel },
      { type: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: classNames.length },
    ],
  };
  const inputs = { data: new Float32Array(rows * columns * depth).fill(0.5), shape: [1, rows, columns, depth] };
  const options = { epochs: 1, batchSize: 1, seed: 1, deterministic: true } as const;
  const model = await train(architecture, { inputs, labels: [0], classNames }, options);
  return model.save('onnx');
}

/** A network that takes a list of numbers. */
export async function ofNumbers(count: number): Promise<Uint8Array> {
  const architecture: Architecture = { input: [count], layers: [{ type: 'dense', units: 4 }] };
  const inputs = { data: new Float32Array(count).fill(0.5), shape: [1, count] };
  const set = { inputs, labels: [0], classNames: ['a', 'b', 'c', 'd'] };
  const model = await train(architecture, set, { epochs: 1, seed: 1, deterministic: true });
  return model.save('onnx');
}

/** A network for images of any size: what it sees of each place, it takes the mean of. */
export async function anySize(): Promise<Uint8Array> {
  const layers = [
    { type: 'conv2d', filters: 3, kernel: 3, stride: 2 },
    { type: 'relu' },
    { type: 'globalAveragePool' },
  ];
  const architecture = { input: [12, 16, 3], layers: [...layers, { type: 'dense', units: 3 }] } as Architecture;
  const inputs = { data: new Float32Array(12 * 16 * 3), shape: [1, 12, 16, 3] };
  const model = await train(architecture, { inputs, labels: [0], classNames: ['a', 'b', 'c'] }, { epochs: 1, seed: 1 });
  const file = Buffer.from(await model.save('onnx'));
  // Height and width as extents of an input, in protobuf: two messages that hold the fields 1. As fields 4 they mean nothing.
  const extents = file.indexOf(Buffer.from([0x0a, 2, 0x08, 12, 0x0a, 2, 0x08, 16]));
  file[extents + 2] = 0x20;
  file[extents + 6] = 0x20;
  return file;
}

/** The same file with an operation in it that nobody knows. */
export function withUnknownOperation(file: Uint8Array): Uint8Array {
  const changed = Buffer.from(file);
  for (let at = changed.indexOf('Relu'); at >= 0; at = changed.indexOf('Relu', at + 4)) changed.write('Rule', at);
  return changed;
}
