/** What a site with a model of TensorFlow.js has: a bundle of the library, its WebAssembly, and the model. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');

/** @param {string} folder @param {import('../onnx_file.mjs').Network} network */
export async function writeTensorflowSite(folder, network) {
  await mkdir(folder, { recursive: true });
  await build({
    input: fileURLToPath(new URL('tensorflow.js', import.meta.url)),
    platform: 'browser',
    logLevel: 'silent', // about what the library imports in Node only
    output: { file: join(folder, 'tensorflow.js'), format: 'esm', minify: true, codeSplitting: false },
  });
  const built = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
  for (const kind of ['', '-simd', '-threaded-simd']) {
    const name = `tfjs-backend-wasm${kind}.wasm`;
    await copyFile(join(built, name), join(folder, name));
  }
  await tf.setBackend('cpu');
  const model = layersModel(network);
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
      await writeFile(join(folder, 'weights.bin'), new Uint8Array(weightData));
      return { modelArtifactsInfo: {} };
    }),
  );
  model.dispose();
}

/** @param {import('../onnx_file.mjs').Network} network of convolutions without padding, pools and dense layers */
function layersModel({ input: [channels, height, width], layers }) {
  const model = tf.sequential();
  const weights = [];
  for (const [index, layer] of layers.entries()) {
    const activation = layers[index + 1]?.type === 'relu' ? 'relu' : 'linear';
    const inputShape = index === 0 ? [height, width, channels] : undefined;
    if (layer.type === 'conv') {
      const [filters, , ...kernelSize] = layer.weights.shape;
      model.add(tf.layers.conv2d({ filters, kernelSize, strides: layer.strides, activation, inputShape }));
      weights.push(tf.tensor(layer.weights.data, layer.weights.shape).transpose([2, 3, 1, 0]));
    } else if (layer.type === 'maxPool') {
      model.add(tf.layers.maxPooling2d({ poolSize: layer.kernel, strides: layer.strides }));
    } else if (layer.type === 'flatten') {
      model.add(tf.layers.flatten());
    } else if (layer.type === 'dense') {
      const [units, inputs] = layer.weights.shape;
      // What was flattened had its channels first, and has them last here.
      const flattened = layers[index - 1].type === 'flatten';
      const places = flattened ? model.layers.at(-2).outputShape : [1, 1, 1, inputs];
      const [, rows, columns, depth] = places;
      const turned = tf.tensor(layer.weights.data, [units, depth, rows, columns]).transpose([2, 3, 1, 0]);
      model.add(tf.layers.dense({ units, activation }));
      weights.push(turned.reshape([inputs, units]));
    }
    if (layer.bias) weights.push(tf.tensor(layer.bias.data));
  }
  model.setWeights(weights);
  return model;
}
