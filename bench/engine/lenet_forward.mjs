/** LeNet's forward pass, beside TensorFlow.js and ONNX Runtime Web. */
import { withLenet } from './lenet.mjs';
import { caller, expectEqual, race } from './measure.mjs';
import { ourName } from './mlsec.mjs';
import { samplesOf } from './networks.mjs';
import { openOnnxRuntime } from './onnxruntime.mjs';
import { rowOf, simdRow } from './rows.mjs';
import { openTensorflow } from './tensorflow.mjs';

const tfjs = 'TensorFlow.js, wasm';
const ort = 'ONNX Runtime Web, wasm';

/** @param {number} rows @param {number} atLeast */
export const lenetForward = (rows, atLeast) => (limits) =>
  withLenet(async (ours, lenet) => {
    const { inputs } = samplesOf([1, 28, 28], rows);
    const tensorflow = await openTensorflow(lenet.network, 'wasm');
    const onnxruntime = await openOnnxRuntime(lenet);
    const expected = tensorflow.forward(inputs.data);
    for (const { name, forward } of ours) expectEqual(name, await forward(inputs), expected);
    expectEqual(ort, await onnxruntime.forward(inputs.data), expected);
    const figures = await race(
      [
        ...ours.map(({ name, forward }) => caller(name, () => forward(inputs))),
        { ...caller(tfjs, () => tensorflow.forward(inputs.data)), prepare: tensorflow.prepare },
        caller(ort, () => onnxruntime.forward(inputs.data)),
      ],
      limits,
    );
    onnxruntime.close();
    const id = `lenet-forward-${rows}`;
    const work = `LeNet forward, batch ${rows}`;
    const against = (name, short) =>
      rowOf({
        id: `${id}/${short}`,
        work,
        ours: figures[ourName('relaxed')],
        against: name,
        rival: figures[name],
        atLeast,
      });
    return [against(tfjs, 'tfjs-wasm'), against(ort, 'ort-wasm'), simdRow(id, work, figures)];
  });
