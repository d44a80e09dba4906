import type { InputSpecification } from './core/binding.js';
import { fail } from './error.js';
import type { Samples } from './protocol.js';

/** The order of an image's extents: height, width, channels, or channels first, or no order at all. */
export type Layout = 'hwc' | 'chw' | 'flat';

/** Rearranges samples to the layout the model takes. */
export function layOut(samples: Samples, layout: Layout, model: InputSpecification): Samples {
  const { data, shape } = samples;
  const [rows = 0, ...extents] = shape;
  if (model.layout === layout) return samples;
  if (model.layout === 'flat' || layout === 'flat') return { data, shape: [rows, ...model.shape] };
  if (extents.length !== 3)
    fail('shape-mismatch', 'inputs', `inputs must have three extents a sample in layout ${layout}.`);
  const [height, width, channels] = (layout === 'hwc' ? extents : [extents[1], extents[2], extents[0]]) as [
    number,
    number,
    number,
  ];
  const to = layout === 'hwc' ? [channels, height, width] : [height, width, channels];
  if (channels === 1) return { data, shape: [rows, ...to] };
  const area = height * width;
  const rearranged = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += area * channels) {
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        const interleaved = start + pixel * channels + channel;
        const planar = start + channel * area + pixel;
        if (layout === 'hwc') rearranged[planar] = data[interleaved] as number;
        else rearranged[interleaved] = data[planar] as number;
      }
    }
  }
  return { data: rearranged, shape: [rows, ...to] };
}
