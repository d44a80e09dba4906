/** LeNet's gradient to its inputs, beside TensorFlow.js and the registers' peak. */
import { withLenet } from './lenet.mjs';
import { caller, expectEqual, race } from './measure.mjs';
import { flavours, ourName } from './mlsec.mjs';
import { samplesOf } from './networks.mjs';
import { operationsOf } from './onnx_file.mjs';
import { openRegisterPeak } from './register_peak.mjs';
import { rowOf, simdRow } from './rows.mjs';
import { openTensorflow } from './tensorflow.mjs';

const tfjs = 'TensorFlow.js, wasm';

/** @param {number} rows @param {{tfjs: number, peak?: number}} wanted */
export const lenetGradient = (rows, wanted) => (limits) =>
  withLenet(async (ours, { network }) => {
    // One channel: it is the same whether channels come first or last.
    const { inputs, labels } = samplesOf([1, 28, 28], rows);
    const tensorflow = await openTensorflow(network, 'wasm');
    const expected = tensorflow.gradient(inputs.data, labels);
    for (const { name, gradient } of ours) expectEqual(name, (await gradient(inputs, labels)).data, expected);
    const peaks = [];
    for (const flavour of flavours) peaks.push(await openRegisterPeak(flavour));
    const figures = await race(
      [
        ...ours.map(({ name, gradient }) => caller(name, () => gradient(inputs, labels))),
        { ...caller(tfjs, () => tensorflow.gradient(inputs.data, labels)), prepare: tensorflow.prepare },
        ...peaks.map(({ name, call }) => caller(name, call)),
      ],
      limits,
    );
    const id = `lenet-gradient-${rows}`;
    const work = `LeNet input gradient, batch ${rows}`;
    // Forward, and the same number of operations back to the inputs.
    const operations = 2 * rows * operationsOf(network);
    const shares = flavours.map((flavour, index) => {
      const build = flavour === 'relaxed' ? '' : '-simd';
      const peak = peaks[index];
      return rowOf({
        id: `${id}/peak${build}`,
        work,
        name: ourName(flavour),
        ours: gigaflops(figures[ourName(flavour)], operations),
        against: peak.name,
        rival: gigaflops(figures[peak.name], peak.operations),
        atLeast: flavour === 'relaxed' ? wanted.peak : undefined,
        unit: 'GFLOP/s',
      });
    });
    return [
      rowOf({
        id: `${id}/tfjs-wasm`,
        work,
        ours: figures[ourName('relaxed')],
        against: tfjs,
        rival: figures[tfjs],
        atLeast: wanted.tfjs,
      }),
      ...shares,
      simdRow(id, work, figures),
    ];
  });

const gigaflops = ({ best, median }, operations) => ({
  best: operations / best / 1e6,
  median: operations / median / 1e6,
});
