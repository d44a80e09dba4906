/**
 * Moosavi-Dezfooli et al., 2016, tables 1 and 2: the mean of a perturbation's size over the image's, in l2 and linf, by
 * DeepFool, by FGSM with the smallest epsilon that changes 90 % of the answers, and by L-BFGS.
 */
import { firstImages, mean, ofSuccesses, testError } from './images.mjs';
import { network } from './networks.mjs';

const { attack, load } = await import('../../dist/index.js');

const images = 300;
/** Fewer, as it takes a hundred times as long. */
const lbfgsImages = 100;

const paper = {
  'deepfool-lenet': { error: 0.01, l2: { deepfool: 0.2, fgsm: 1.0, lbfgs: 0.25 }, linf: { deepfool: 0.1, fgsm: 0.26 } },
  'deepfool-fc': {
    error: 0.017,
    l2: { deepfool: 0.11, fgsm: 0.39, lbfgs: 0.12 },
    linf: { deepfool: 0.04, fgsm: 0.11 },
  },
};

/** @param {(line: string) => void} log */
export async function deepfool(log) {
  const found = [];
  for (const name of Object.keys(paper)) {
    const model = await network(name, log);
    log(`${name}: DeepFool`);
    const { inputs } = firstImages(images);
    const lengths = Array.from({ length: images }, (_, row) => sizes(inputs.data.subarray(784 * row, 784 * (row + 1))));
    // As in the paper, what counts is that the answer changes, right or not: no labels are given.
    const rho = async (norm, options, count = images) => {
      const result = await attack(model, firstImages(count).inputs, options);
      const shares = Array.from(result.distances[norm], (distance, row) => distance / lengths[row][norm]);
      return { rho: mean(ofSuccesses(result, shares)), success: result.summary.successRate };
    };
    const l2 = { deepfool: await rho('l2', { method: 'deepfool', norm: 'l2' }) };
    const linf = { deepfool: await rho('linf', { method: 'deepfool', norm: 'linf' }) };
    log(`${name}: FGSM`);
    const epsilon = await smallestEpsilon(model, inputs);
    // The paper leaves the box of the pixels; epsilon times the square root of 784 is what that perturbation measures.
    l2.fgsm = { rho: mean(lengths.map((length) => (epsilon * 28) / length.l2)), success: 0.9 };
    linf.fgsm = { rho: mean(lengths.map((length) => epsilon / length.linf)), success: 0.9 };
    log(`${name}: L-BFGS`);
    l2.lbfgs = await rho('l2', { method: 'lbfgs' }, lbfgsImages);
    found.push({
      network: name,
      images,
      lbfgsImages,
      epsilon,
      error: await testError(model),
      paper: paper[name],
      l2,
      linf,
    });
    model.dispose();
  }
  return found;
}

function sizes(image) {
  return { l2: Math.sqrt(image.reduce((sum, value) => sum + value * value, 0)), linf: Math.max(...image) };
}

/** In steps of 0.01. As in the paper pixels leave the box of 0 and 1, for which the model is loaded with a wider one. */
async function smallestEpsilon(inTheBox, inputs) {
  const model = await load(await inTheBox.save('onnx'), { bounds: [-2, 3] });
  const { labels } = await model.predict(inputs);
  const { data: gradient } = await model.gradient(inputs, { labels, loss: 'cross-entropy' });
  for (let step = 1; step <= 200; step++) {
    const epsilon = step / 100;
    const moved = inputs.data.map((value, i) => value + epsilon * Math.sign(gradient[i]));
    const { labels: after } = await model.predict({ ...inputs, data: moved });
    if (mean(Array.from(after, (label, row) => Number(label !== labels[row]))) >= 0.9) return epsilon;
  }
  throw new Error('FGSM changes 90 % of the answers with no epsilon.');
}
