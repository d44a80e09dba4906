/** PGD with 40 steps on 1,000 images, by two workers and by one. No sample stops early: all have the same work. */
import { race } from './measure.mjs';
import { ourName } from './mlsec.mjs';
import { rowOf, simdRow } from './rows.mjs';

const { attack, configure, load, samples } = await import('../../dist/index.js');

/** @param {import('./measure.mjs').Limits} limits @param {{quick: boolean}} options */
export async function pgdWorkers(limits, { quick }) {
  const count = quick ? 128 : 1000;
  const { inputs, labels } = await samples('mnist');
  const model = await load('mnist-cnn-robust');
  const pgd = (images, flavour) =>
    attack(
      model,
      { data: inputs.data.subarray(0, images * 784), shape: [images, 28, 28, 1] },
      {
        method: 'pgd',
        epsilon: 0.3,
        steps: 40,
        earlyStop: false,
        labels: labels.slice(0, images),
        deterministic: flavour === 'simd',
      },
    );

  const expected = {};
  const contestant = (flavour, workers) => ({
    name: `${ourName(flavour)}, ${workers}`,
    // Other workers than those before: they have yet to start, and to get the model.
    async prepare() {
      configure({ workers });
      await pgd(32 * workers, flavour);
    },
    async run(calls) {
      for (let i = 0; i < calls; i++) {
        const { adversarials } = await pgd(count, flavour);
        const bytes = Buffer.from(adversarials.data.buffer);
        expected[flavour] ??= bytes;
        if (!bytes.equals(expected[flavour])) throw new Error('Two workers have other results than one.');
      }
    },
  });
  const figures = await race([contestant('relaxed', 1), contestant('relaxed', 2), contestant('simd', 2)], limits);
  configure({ workers: 1 });
  model.dispose();

  const id = 'pgd-workers';
  const work = `PGD-40 on ${count} images, two workers`;
  const together = {
    [ourName('relaxed')]: figures[`${ourName('relaxed')}, 2`],
    [ourName('simd')]: figures[`${ourName('simd')}, 2`],
  };
  return [
    rowOf({
      id: `${id}/one`,
      work,
      ours: together[ourName('relaxed')],
      against: 'one worker',
      rival: figures[`${ourName('relaxed')}, 1`],
      atLeast: 1.85,
    }),
    simdRow(id, work, together),
  ];
}
