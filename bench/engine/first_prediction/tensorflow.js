// Only the parts of TensorFlow.js that are needed, for the bundler to leave out all others.
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend, tensor4d } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

export async function predict(pixels) {
  setWasmPaths('/tensorflow/');
  await setBackend('wasm');
  await ready();
  const model = await loadLayersModel('/tensorflow/model.json');
  return model.predict(tensor4d(pixels, [1, 28, 28, 1])).data();
}
