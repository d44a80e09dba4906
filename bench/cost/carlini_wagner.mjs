/**
 * The attack of Carlini and Wagner in l2, 9 weights c of 20 steps each, on 100 images at once, beside the same loop in
 * TensorFlow.js: the same change of variables, start, Adam, search for c per image and choice of the best point. Without
 * early aborting, so that both do 180 gradients an image. Distances are compared before anything is timed.
 */
import { openTensorflow } from '../engine/tensorflow.mjs';
import { cheapest } from './time.mjs';

const { attack, load, samples } = await import('../../dist/index.js');
const { readNetwork } = await import('../engine/onnx_file.mjs');

const images = 100;
const searchSteps = 9;
const steps = 20;
// So large that twenty steps get somewhere.
const learningRate = 0.1;
/** tanh reaches beyond the box of the pixels by this factor, and w is held where they are inside, as in the core. */
const widening = 1.1;
const initialConstant = 1;

/** @param {string} id of a model @param {{quick: boolean, log: (line: string) => void}} options */
export async function carliniWagnerOn(id, { quick, log }) {
  const model = await load(id);
  const { inputs } = await samples('mnist');
  const pixels = Float32Array.from(inputs.data.subarray(0, images * 784), (byte) => byte / 255);
  const data = { data: pixels, shape: [images, 28, 28, 1] };
  // What the model says counts as right: no image is left out.
  const { labels } = await model.predict(data);
  const options = { method: 'carlini-wagner', searchSteps, steps, learningRate, initialConstant, abortEarly: false };
  const ours = async () => (await attack(model, data, { ...options, labels })).distances.l2;
  const theirs = await loopInTensorflow(readNetwork(await model.save('onnx')), pixels, labels);

  const [found, expected] = [await ours(), theirs()];
  const ratios = Array.from(found, (distance, index) => distance / expected[index]);
  const meanRatio = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / images);
  // On networks with pools most go another way, because of rounding, but none is better at it.
  if (!(Math.abs(meanRatio - 1) < 0.01)) throw new Error(`Distances are ${meanRatio} of those of TensorFlow.js.`);

  // In turn, so that what disturbs the machine disturbs both.
  const best = { ours: undefined, theirs: undefined };
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    log(`C&W on ${id}: round ${round + 1}`);
    for (const [name, call] of /** @type {const} */ ([
      ['ours', ours],
      ['theirs', async () => theirs()],
    ])) {
      const { wall, processor } = await cheapest(call, true);
      best[name] ??= { wall, processor };
      best[name] = {
        wall: Math.min(best[name].wall, wall),
        processor: Math.min(best[name].processor, processor),
      };
    }
  }
  model.dispose();
  return {
    model: id,
    images,
    searchSteps,
    steps,
    meanRatio,
    sameDistances: ratios.filter((ratio) => Math.abs(ratio - 1) <= 1e-3).length,
    medianDistance: { ours: medianOf(found), theirs: medianOf(expected) },
    ...best,
    ratio: best.theirs.processor / best.ours.processor,
    wallRatio: best.theirs.wall / best.ours.wall,
  };
}

const medianOf = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/**
 * Kingma and Ba, 2015, in the form at the end of its section 2, as the core has it: what `tf.train.adam` adds to the root
 * counts for more, and black pixels, whose gradients are tiny, would go another way.
 */
const adam = (tf, face, { w, m, v }, gradient, step) =>
  tf.tidy(() => {
    const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
    const newM = tf.add(m, tf.mul(tf.sub(gradient, m), 0.1));
    const newV = tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), 0.001));
    return {
      w: tf.clipByValue(tf.sub(w, tf.div(tf.mul(newM, rate), tf.add(tf.sqrt(newV), 1e-8))), -face, face),
      m: newM,
      v: newV,
    };
  });

/** @returns {Promise<() => Float32Array>} what does it once, and gives the distances of the best points */
async function loopInTensorflow(network, pixels, labels) {
  const { tf, apply, prepare } = await openTensorflow(network, 'wasm');
  await prepare();
  const x0 = tf.tensor4d(pixels, [images, 28, 28, 1]);
  const isLabel = tf.oneHot(tf.tensor1d(labels, 'int32'), 10).asType('float32');
  const isLabelTimes1e9 = tf.mul(isLabel, 1e9);
  const start = tf.tidy(() => tf.atanh(tf.div(tf.sub(x0, 0.5), 0.5 * widening)));
  const face = Math.atanh(1 / widening);

  return () => {
    const constants = new Float64Array(images).fill(initialConstant);
    const low = new Float64Array(images);
    const high = new Float64Array(images).fill(Infinity);
    const best = new Float32Array(images).fill(Infinity);
    let bestPoints = x0.clone();
    for (let search = 0; search < searchSteps; search++) {
      let state = { w: start.clone(), m: tf.zerosLike(start), v: tf.zerosLike(start) };
      const c = tf.tensor1d(Float32Array.from(constants));
      const succeeded = new Uint8Array(images);
      for (let step = 0; step < steps; step++) {
        let kept;
        const { value, grad } = tf.valueAndGrad((w) => {
          const x = tf.add(tf.mul(tf.tanh(w), 0.5 * widening), 0.5);
          const logits = apply(x);
          const own = tf.sum(tf.mul(logits, isLabel), 1);
          const other = tf.max(tf.sub(logits, isLabelTimes1e9), 1);
          const margin = tf.sub(own, other);
          const distance = tf.sum(tf.squaredDifference(x, x0), [1, 2, 3]);
          kept = { x: tf.keep(x.clone()), distance: tf.keep(distance.clone()), margin: tf.keep(margin.clone()) };
          return tf.sum(tf.add(distance, tf.mul(c, tf.relu(margin))));
        })(state.w);
        const next = adam(tf, face, state, grad, step + 1);
        tf.dispose(state);
        state = next;
        const [distances, margins] = [kept.distance.dataSync(), kept.margin.dataSync()];
        const better = new Uint8Array(images);
        for (let row = 0; row < images; row++) {
          if (margins[row] >= 0) continue;
          succeeded[row] = 1;
          if (distances[row] >= best[row]) continue;
          best[row] = distances[row];
          better[row] = 1;
        }
        if (better.includes(1)) {
          const previous = bestPoints;
          bestPoints = tf.tidy(() => tf.where(tf.tensor4d(better, [images, 1, 1, 1], 'bool'), kept.x, previous));
          previous.dispose();
        }
        tf.dispose([value, grad, kept]);
      }
      tf.dispose([state, c]);
      for (let row = 0; row < images; row++) {
        if (succeeded[row]) high[row] = constants[row];
        else low[row] = constants[row];
        constants[row] = high[row] === Infinity ? 10 * constants[row] : (low[row] + high[row]) / 2;
      }
    }
    const found = bestPoints.dataSync();
    bestPoints.dispose();
    return Float32Array.from({ length: images }, (_, row) => {
      let sum = 0;
      for (let i = row * 784; i < (row + 1) * 784; i++) sum += (found[i] - pixels[i]) ** 2;
      return Math.sqrt(sum);
    });
  };
}
