import { packPicture } from './digit.js';
import type { Results } from './experiment.js';
import { percent } from './format.js';
import { digitShape, type ImageShape, imageShapeOf, sameImages, sizeOf } from './image_shape.js';
import { roundedImage } from './keeping.js';
import type { Reading } from './laboratory.js';
import { networkNamed } from './networks.js';
import { amplificationFor, changesBetween, paintChanges, paintImage, paintPixels } from './paint.js';
import { aimOf, datasetOf, labelOf, namesOf, optionValuesOf, pixelsOf, type State, shapeOf } from './state.js';
import type { Texts } from './texts.js';

function imagesOf({ info }: Results): ImageShape | undefined {
  return info && imageShapeOf(info.input);
}

/** The adversarial image as a PNG of one pixel a pixel. */
export async function asPng(results: Results): Promise<Blob | undefined> {
  const [bytes, shape] = [roundedImage(results), imagesOf(results)];
  if (!bytes || !shape) return undefined;
  const canvas = new OffscreenCanvas(shape.width, shape.height);
  canvas.getContext('2d')?.putImageData(paintPixels(bytes, shape), 0, 0);
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

/** More numbers than these are no text that anyone reads. */
const mostNumbers = 16_384;

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
    dataset: networkNamed(state.model).samples ? null : datasetOf(state),
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
    // Of large images the .npy file has them.
    ...(finding.original.length <= mostNumbers && {
      original: [...finding.original],
      adversarial: [...finding.adversarial],
    }),
  };
  return JSON.stringify(run, null, 1);
}

/** A program that comes to the same result, byte for byte; with a picture for a visitor's network, much the same. */
export function asCode(state: State, results: Results, texts: Texts): string {
  const { samples, info } = results;
  const [label, target] = [labelOf(state, samples), aimOf(state, samples)];
  const { origin, samples: own, reading } = networkNamed(state.model);
  const shape = shapeOf(state);
  const sampled = state.source === 'sample' && !own;
  const options = {
    method: state.attack,
    ...optionValuesOf(state, info?.input),
    ...(target !== undefined && { targets: [target] }),
    deterministic: true,
  };
  const lines = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${quoted(value)},`);
  if (label !== undefined) lines.splice(1, 0, `  labels: [${sampled ? `labels[${state.sample}]` : label}],`);
  const image = sampled
    ? sampleCode(datasetOf(state), state.sample)
    : sameImages(shape, digitShape)
      ? pictureCode(pixelsOf(state, samples) ?? new Uint8Array(sizeOf(shape)), shape)
      : [
          `const file = await fetch('${texts.pictureInCode}');`,
          'const image = await createImageBitmap(await file.blob());',
        ];
  const model = origin ? texts.fileInCode : state.model;
  return [
    `import { attack, load${sampled ? ', samples' : ''} } from 'mlsec';`,
    '',
    `const model = await load('${model}', { ${fieldsOf({ ...reading, deterministic: true })} });`,
    ...image,
    'const result = await attack(model, image, {',
    ...lines,
    '});',
    'console.log(result.status[0], result.predictions[0], result.distances);',
    '',
  ].join('\n');
}

function sampleCode(dataset: string, sample: number): string[] {
  const size = sizeOf(digitShape);
  return [
    `const { inputs, labels } = await samples('${dataset}');`,
    `const data = inputs.data.slice(${sample} * ${size}, ${sample + 1} * ${size});`,
    imageCode(digitShape),
  ];
}

function pictureCode(pixels: Uint8Array, shape: ImageShape): string[] {
  return [
    `const text = '${packPicture(pixels)}';`,
    "const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));",
    'const data = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));',
    imageCode(shape),
  ];
}

function imageCode({ width, height, channels }: ImageShape): string {
  return `const image = { data, shape: [1, ${height}, ${width}, ${channels}], layout: 'hwc' };`;
}

function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', "'").replaceAll(',', ', ');
}

function fieldsOf(object: object): string {
  return Object.entries(object)
    .map(([name, value]) => `${name}: ${quoted(value)}`)
    .join(', ');
}

/** The three images beside one another, with what the network sees in them. */
export async function asPanel(state: State, results: Results, texts: Texts): Promise<Blob | undefined> {
  const { finding, before, info } = results;
  const shape = imagesOf(results);
  if (!finding || !before || !info || !shape) return undefined;
  const { lower, upper } = info.input;
  const changes = changesBetween(finding.original, finding.adversarial, info.input);
  const factor = state.amplification ?? amplificationFor(changes);
  const names = namesOf(state, info);
  const seen = ({ label, probabilities }: Reading) =>
    `${texts.seenAs} ${names[label] ?? label} (${percent(probabilities[label] ?? 0)})`;
  const [size, gap, margin] = [224, 48, 24];
  const canvas = new OffscreenCanvas(3 * size + 2 * gap + 2 * margin, size + 2 * margin + 64);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const panels = [
    [paintImage(finding.original, shape, lower, upper), texts.original, seen(before)],
    [paintChanges(changes, shape, factor), texts.change, `${texts.shown} ×${factor}`],
    [paintImage(finding.adversarial, shape, lower, upper), texts.adversarial, seen(finding.after)],
  ] as const;
  for (const [index, [image, title, words]] of panels.entries()) {
    const left = margin + index * (size + gap);
    const small = new OffscreenCanvas(image.width, image.height);
    small.getContext('2d')?.putImageData(image, 0, 0);
    const scale = size / Math.max(image.width, image.height);
    const [across, down] = [scale * image.width, scale * image.height];
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(small, left + (size - across) / 2, margin + 28 + (size - down) / 2, across, down);
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
