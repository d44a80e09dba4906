import type { InputSpecification } from '../core/binding.js';
import { type ModelInputs, readSamples } from '../inputs.js';
import { layOut } from '../layout.js';
import type { Samples } from '../protocol.js';

/** Samples as training takes them: images with channels last, whatever the layout of the model that they are for. */
export function channelsLast(inputs: ModelInputs, input: InputSpecification): Samples {
  const { data, shape } = readSamples(inputs, input);
  const own = { data, shape: [shape[0] as number, ...input.shape] };
  return input.layout === 'chw' ? layOut(own, 'chw', { ...input, layout: 'hwc' }) : own;
}

/** And back, for a model that rearranges them as it needs. */
export function inputsOf({ data, shape }: Samples): ModelInputs {
  return { data, shape, ...(shape.length === 4 && { layout: 'hwc' as const }) };
}
