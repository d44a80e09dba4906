/** Of what is compared. */
import { pythonVersionOf } from '../torch.mjs';
import { version as onnxruntime } from './onnxruntime.mjs';
import { version as tensorflow } from './tensorflow.mjs';

export async function versions() {
  const found = { 'TensorFlow.js': tensorflow, 'ONNX Runtime Web': onnxruntime };
  for (const [name, module] of [
    ['PyTorch', 'torch'],
    ['Foolbox', 'foolbox'],
    ['torchattacks', 'torchattacks'],
  ]) {
    found[name] = (await pythonVersionOf(module)) ?? 'not found';
  }
  return found;
}
