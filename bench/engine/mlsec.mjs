/** mlsec: both builds, one worker. */
const { configure, load, Trainer } = await import('../../dist/index.js');

// Named, so that an engine without relaxed SIMD fails instead of measuring the other build.
configure({ workers: 1, flavour: 'relaxed' });

export const flavours = /** @type {const} */ (['relaxed', 'simd']);

/** How the builds are called in tables. @param {'relaxed' | 'simd'} flavour */
export const ourName = (flavour) => `mlsec, ${flavour}`;

/**
 * @param {Uint8Array | string} file of a model, or its id
 * @param {'relaxed' | 'simd'} flavour
 */
export async function openMlsec(file, flavour) {
  const deterministic = flavour === 'simd';
  const model = await load(file, { deterministic });
  return {
    flavour,
    name: ourName(flavour),
    forward: async (inputs) => (await model.predict(inputs, { deterministic })).logits,
    gradient: (inputs, labels) => model.gradient(inputs, { labels, loss: 'cross-entropy', deterministic }),
    jacobian: (inputs) => model.jacobian(inputs, { deterministic }),
    close: () => model.dispose(),
  };
}

/** Adam, 32 samples a step. @param {'relaxed' | 'simd'} flavour */
export async function openTrainer(architecture, dataset, parameters, flavour) {
  const trainer = await Trainer.create(architecture, dataset, {
    batchSize: 32,
    learningRate: 0.001,
    epochs: 100_000,
    checkpointEpochs: 100_000,
    deterministic: flavour === 'simd',
  });
  await trainer.setParameters(parameters);
  return {
    step: (steps) => trainer.step(steps),
    firstLoss: async () => (await trainer.step(1)).batches[0].loss,
    close: () => trainer.dispose(),
  };
}
