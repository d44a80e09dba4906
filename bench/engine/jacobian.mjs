/** The gradients of all ten logits of LeNet, against one gradient. */
import { withLenet } from './lenet.mjs';
import { caller, expectEqual, race } from './measure.mjs';
import { flavours, ourName } from './mlsec.mjs';
import { samplesOf } from './networks.mjs';
import { rowOf, simdRow } from './rows.mjs';

/** @param {import('./measure.mjs').Limits} limits */
export const jacobian = (limits) =>
  withLenet(async (ours) => {
    const { inputs, labels } = samplesOf([1, 28, 28], 32);
    for (const { name, gradient, jacobian } of ours) {
      const found = gradientFrom(await jacobian(inputs), labels);
      expectEqual(`${name}: the gradient from the Jacobian`, found, (await gradient(inputs, labels)).data);
    }
    const figures = await race(
      ours.flatMap(({ name, gradient, jacobian }) => [
        caller(`${name}, Jacobian`, () => jacobian(inputs)),
        caller(name, () => gradient(inputs, labels)),
      ]),
      limits,
    );
    const id = 'jacobian-32';
    const work = 'LeNet, Jacobian of 10 logits, batch 32';
    const jacobians = Object.fromEntries(
      flavours.map((flavour) => [ourName(flavour), figures[`${ourName(flavour)}, Jacobian`]]),
    );
    return [
      rowOf({
        id: `${id}/gradient`,
        work,
        ours: jacobians[ourName('relaxed')],
        against: 'own input gradient',
        rival: figures[ourName('relaxed')],
        atMost: 6,
      }),
      simdRow(id, work, jacobians),
    ];
  });

/**
 * What the chain rule makes of it: the gradient of cross-entropy is the sum of the logits' gradients, weighted by
 * probability, minus that of the true class.
 */
function gradientFrom({ data, logits }, labels) {
  const classes = logits.length / labels.length;
  const size = data.length / logits.length;
  const gradient = new Float32Array(labels.length * size);
  for (const [row, label] of labels.entries()) {
    const powers = Array.from(logits.subarray(row * classes, (row + 1) * classes), Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    for (const [k, power] of powers.entries()) {
      const weight = power / sum - Number(k === label);
      const from = (row * classes + k) * size;
      for (let i = 0; i < size; i++) gradient[row * size + i] += weight * data[from + i];
    }
  }
  return gradient;
}
