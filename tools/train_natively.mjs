/** Trains a network outside WebAssembly. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCore } from './core.mjs';
import { readDataset } from './data.mjs';
import { run } from './toolchain/run.mjs';

/**
 * @param {{data: 'mnist' | 'fashion', architecture: object, options: object}} recipe
 * @returns {Promise<Uint8Array>} an ONNX file, its weights as float16
 */
export async function trainNatively({ data, architecture, options }) {
  const program = join(await buildCore('native-fast', ['train_natively']), 'train_natively');
  const { inputs, labels, classes, classNames } = await readDataset(data, 'train');
  const folder = await mkdtemp(join(tmpdir(), 'mlsec-training-'));
  try {
    const [images, classLabels, model] = ['images', 'labels', 'model'].map((name) => join(folder, name));
    await writeFile(images, inputs.data);
    await writeFile(classLabels, labels);
    const report = await run([
      program,
      images,
      classLabels,
      model,
      ...words({ architecture, options, classes, classNames }),
    ]);
    console.log(report.trimEnd());
    return await readFile(model);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As train_natively.cpp reads it. @returns {string[]} */
function words(value) {
  if (Array.isArray(value)) return ['[', ...value.flatMap(words), ']'];
  if (typeof value === 'object') {
    return ['{', ...Object.entries(value).flatMap(([key, member]) => [key, ...words(member)]), '}'];
  }
  if (typeof value === 'number') return [`n:${value}`];
  return [typeof value === 'boolean' ? `b:${Number(value)}` : `s:${value}`];
}
