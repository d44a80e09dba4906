import { type Architecture, architectureOf } from 'mlsec';
import { texts } from '../texts/training.js';

/** A network to train. */
export interface Choice {
  id: string;
  summary: string;
  make(input: readonly number[], outputs: number): Architecture;
}

/** Strides take the place of pooling: quick, and what the hardened networks that ship are made of. */
function strided(input: readonly number[], outputs: number): Architecture {
  const stage = (filters: number) =>
    [{ type: 'conv2d', filters, kernel: 4, stride: 2, pads: [1, 1, 1, 1] }, { type: 'relu' }] as const;
  return {
    input,
    layers: [
      ...stage(16),
      ...stage(32),
      { type: 'flatten' },
      { type: 'dense', units: 100 },
      { type: 'relu' },
      { type: 'dense', units: outputs },
    ],
  };
}

export const architectures: readonly Choice[] = [
  {
    id: 'cnn',
    summary: texts.architectures.cnn,
    make: (input, outputs) => architectureOf('cnn', input, outputs),
  },
  {
    id: 'strided',
    summary: texts.architectures.strided,
    make: strided,
  },
  {
    id: 'mlp',
    summary: texts.architectures.mlp,
    make: (input, outputs) => architectureOf('mlp', input, outputs),
  },
];

export function architectureNamed(id: string): Choice {
  return architectures.find((choice) => choice.id === id) ?? (architectures[0] as Choice);
}
