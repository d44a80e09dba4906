/** A depthwise-separable convolution on 56x56x64, as in MobileNet. */
import { caller, expectEqual, race } from './measure.mjs';
import { flavours, openMlsec, ourName } from './mlsec.mjs';
import { makeMobilenetBlock, samplesOf } from './networks.mjs';
import { rowOf, simdRow } from './rows.mjs';
import { openTensorflow } from './tensorflow.mjs';

const rows = 8;
const tfjs = 'TensorFlow.js, cpu';

export async function mobilenetBlock(limits) {
  const { file, network } = makeMobilenetBlock();
  const { inputs, labels } = samplesOf(network.input, rows);
  const ours = [];
  for (const flavour of flavours) ours.push(await openMlsec(file, flavour));
  // Each in the order it has itself: channels come first in ONNX, and last there.
  const lastInputs = channelsLast(inputs.data, network.input);
  const tensorflow = await openTensorflow(network, 'cpu');
  const expected = tensorflow.gradient(lastInputs, labels);
  for (const { name, gradient } of ours) {
    const { data } = await gradient(inputs, labels);
    // Of three million ReLUs some are that close to zero.
    expectEqual(name, channelsLast(data, network.input), expected, 1e-2);
  }
  const figures = await race(
    [
      ...ours.flatMap(({ name, forward, gradient }) => [
        caller(name, () => gradient(inputs, labels)),
        caller(`${name}, forward`, () => forward(inputs)),
      ]),
      { ...caller(tfjs, () => tensorflow.gradient(lastInputs, labels)), prepare: tensorflow.prepare },
    ],
    limits,
  );
  for (const model of ours) model.close();
  const id = 'mobilenet-block-gradient';
  const work = `MobileNet block, input gradient, batch ${rows}`;
  const relaxed = ourName('relaxed');
  return [
    rowOf({ id: `${id}/tfjs-cpu`, work, ours: figures[relaxed], against: tfjs, rival: figures[tfjs], atLeast: 35 }),
    rowOf({
      id: `${id}/forward`,
      work,
      ours: figures[relaxed],
      against: 'own forward',
      rival: figures[`${relaxed}, forward`],
      atMost: 2.5,
    }),
    simdRow(id, work, figures),
  ];
}

function channelsLast(data, [channels, height, width]) {
  const pixels = height * width;
  const turned = new Float32Array(data.length);
  for (let sample = 0; sample < data.length; sample += channels * pixels) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++) turned[sample + p * channels + c] = data[sample + c * pixels + p];
    }
  }
  return turned;
}
