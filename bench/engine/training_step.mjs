/** A training step of LeNet: forward, gradients to all weights, Adam, and packing the new weights. */
import { withLenet } from './lenet.mjs';
import { caller, expectEqual, race } from './measure.mjs';
import { flavours, openTrainer, ourName } from './mlsec.mjs';
import { lenetArchitecture, samplesOf } from './networks.mjs';
import { rowOf, simdRow } from './rows.mjs';

/** @param {import('./measure.mjs').Limits} limits */
export const trainingStep = (limits) =>
  withLenet(async (ours, { parameters }) => {
    const { inputs, labels } = samplesOf([1, 28, 28], 32);
    const trainers = [];
    for (const { flavour, name, gradient } of ours) {
      const open = (rows) => openTrainer(lenetArchitecture, samplesOf([28, 28, 1], rows), parameters, flavour);
      // A single batch, and it is the one whose losses we know.
      const check = await open(32);
      const { losses } = await gradient(inputs, labels);
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      expectEqual(`${name}: the loss of a training step`, [await check.firstLoss()], [mean]);
      check.close();
      trainers.push({ name: `${name}, step`, trainer: await open(2048) });
    }
    const figures = await race(
      [
        // All steps of a repetition in one call, as the trainer takes them.
        ...trainers.map(({ name, trainer }) => ({ name, run: (steps) => trainer.step(steps) })),
        ...ours.map(({ name, gradient }) => caller(name, () => gradient(inputs, labels))),
      ],
      limits,
    );
    for (const { trainer } of trainers) trainer.close();
    const id = 'training-step-32';
    const work = 'LeNet training step, batch 32';
    const steps = Object.fromEntries(
      flavours.map((flavour) => [ourName(flavour), figures[`${ourName(flavour)}, step`]]),
    );
    return [
      rowOf({
        id: `${id}/gradient`,
        work,
        ours: steps[ourName('relaxed')],
        against: 'own input gradient',
        rival: figures[ourName('relaxed')],
        atMost: 2.2,
      }),
      simdRow(id, work, steps),
    ];
  });
