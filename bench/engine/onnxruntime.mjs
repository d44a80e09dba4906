/** ONNX Runtime Web on WebAssembly, one thread; it has no gradients. */
import * as ort from 'onnxruntime-web/wasm';

ort.env.wasm.numThreads = 1;

export const version = ort.env.versions.web;

/** @param {import('./networks.mjs').NetworkFile} file */
export async function openOnnxRuntime({ file, network }) {
  const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'] });
  // In Node it leaves its threads there, where other packages take it for a browser's.
  delete globalThis.Worker;
  const size = network.input.reduce((product, extent) => product * extent, 1);
  return {
    name: 'ONNX Runtime Web, wasm',
    async forward(inputs) {
      const { logits } = await session.run({
        input: new ort.Tensor('float32', inputs, [inputs.length / size, ...network.input]),
      });
      return logits.data;
    },
    close: () => session.release(),
  };
}
