import { packPicture, side } from './digit.js';
import type { Results } from './experiment.js';
import { percent } from './format.js';
import { roundedImage } from './keeping.js';
import type { Reading } from './laboratory.js';
import { networkNamed } from './networks.js';
import { amplificationFor, paintChange, paintGrey } from './paint.js';
import { aimOf, datasetOf, labelOf, namesOf, optionValuesOf, pixelsOf, type State } from './state.js';
import type { Texts } from './texts.js';

/** The adversarial image as a PNG of one pixel a pixel. */
export async function asPng(results: Results): Promise<Blob | undefined> {
  const bytes = roundedImage(results);
  if (!bytes) return undefined;
  const canvas = new OffscreenCanvas(side, side);
  canvas.getContext('2d')?.putImageData(paintGrey(bytes, 0, 255, side), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** The adversarial image as a .npy file of float32, a batch of one in the model's own layout. */
export function asNpy({ finding, info }: Results): Blob | undefined {
  if (!finding || !info) return undefined;
  const shape = [1, ...info.input.shape].join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  // Magic, version and length take 10 bytes; all of it ends with a newline at a multiple of 64.
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8);
  const values = new DataView(new ArrayBuffer(4 * finding.adversarial.length));
  finding.adversarial.forEach((value, index) => {
    values.setFloat32(4 * index, value, true);
  });
  return new Blob([start, padded, values.buffer], { type: 'application/octet-stream' });
}

/** Everything about a result, for other programs. */
export function asJson(state: State, results: Results, link: string): string {
  const { finding, before, info, samples } = results;
  if (!finding || !before || !info) return '{}';
  const names = namesOf(state, info);
  const reading = ({ label, probabilities }: Reading) => ({
    label,
    name: names[label] ?? String(label),
    probabilities: [...probabilities],
  });
  const { status, target, distances, queries, gradients, seconds } = finding;
  const run = {
    version: 1,
    link,
    model: state.model,
    dataset: datasetOf(state),
    image: state.source === 'sample' ? { sample: state.sample } : { source: state.source },
    attack: { method: state.attack, ...optionValuesOf(state, info.input) },
    label: labelOf(state, samples) ?? null,
    target: target ?? null,
    status,
    before: reading(before),
    after: reading(finding.after),
    distances,
    queries,
    gradients,
    seconds,
    shape: [1, ...info.input.shape],
    original: [...finding.original],
    adversarial: [...finding.adversarial],
  };
  return JSON.stringify(run, null, 1);
}

/** A program that comes to the same result, byte for byte. */
export function asCode(state: State, results: Results): string {
  const { samples, info } = results;
  const [label, target] = [labelOf(state, samples), aimOf(state, samples)];
  const { origin } = networkNamed(state.model);
  const sampled = state.source === 'sample';
  const pixels = pixelsOf(state, samples) ?? new Uint8Array(side * side);
  const size = side * side;
  const options = {
    method: state.attack,
    ...optionValuesOf(state, info?.input),
    ...(target !== undefined && { targets: [target] }),
    deterministic: true,
  };
  const quoted = (value: unknown) => JSON.stringify(value).replaceAll('"', "'").replaceAll(',', ', ');
  const lines = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${quoted(value)},`);
  if (label !== undefined) lines.splice(1, 0, `  labels: [labels[${state.sample}]],`);
  const image = sampled
    ? [
        `const { inputs, labels } = await samples('${datasetOf(state)}');`,
        `const data = inputs.data.slice(${state.sample} * ${size}, ${state.sample + 1} * ${size});`,
      ]
    : [
        `const text = '${packPicture(pixels)}';`,
        "const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));",
        'const data = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));',
      ];
  const model = origin ? 'the file of your network' : state.model;
  return [
    `import { attack, load${sampled ? ', samples' : ''} } from 'mlsec';`,
    '',
    `const model = await load('${model}', { deterministic: true });`,
    ...image,
    `const image = { data, shape: [1, ${side}, ${side}, 1], layout: 'hwc' };`,
    'const result = await attack(model, image, {',
    ...lines,
    '});',
    'console.log(result.status[0], result.predictions[0], result.distances);',
    '',
  ].join('\n');
}

/** The three images beside one another, with what the network sees in them. */
export async function asPanel(state: State, results: Results, texts: Texts): Promise<Blob | undefined> {
  const { finding, before, info } = results;
  if (!finding || !before || !info) return undefined;
  const { lower, upper } = info.input;
  const changes = finding.adversarial.map((value, index) => value - (finding.original[index] ?? 0));
  const factor = state.amplification ?? amplificationFor(changes);
  const names = namesOf(state, info);
  const seen = ({ label, probabilities }: Reading) =>
    `${texts.seenAs} ${names[label] ?? label} (${percent(probabilities[label] ?? 0)})`;
  const [size, gap, margin] = [8 * side, 48, 24];
  const canvas = new OffscreenCanvas(3 * size + 2 * gap + 2 * margin, size + 2 * margin + 64);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  const panels = [
    [paintGrey(finding.original, lower, upper, side), texts.original, seen(before)],
    [paintChange(changes, factor, side), texts.change, `${texts.shown} ×${factor}`],
    [paintGrey(finding.adversarial, lower, upper, side), texts.adversarial, seen(finding.after)],
  ] as const;
  for (const [index, [image, title, words]] of panels.entries()) {
    const left = margin + index * (size + gap);
    const small = new OffscreenCanvas(side, side);
    small.getContext('2d')?.putImageData(image, 0, 0);
    context.drawImage(small, left, margin + 28, size, size);
    context.strokeStyle = '#8a867b';
    context.strokeRect(left - 0.5, margin + 27.5, size + 1, size + 1);
    context.fillStyle = '#1d2226';
    context.font = '600 17px sans-serif';
    context.fillText(title, left, margin + 16);
    context.font = '17px sans-serif';
    context.fillText(words, left, margin + size + 54, size + gap - 8);
    if (index > 0) context.fillText(index === 1 ? '+' : '=', left - gap / 2 - 5, margin + 34 + size / 2);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}
