/** AutoAttack beside its authors' program, whose verdicts autoattack.py has stored. */
import { attack, configure, load, samples } from '../../dist/index.js';

const workers = 2;
const datasets = { 'mnist-cnn-robust': 'mnist', 'fashion-cnn-robust': 'fashion' };

/** @param {{by: Record<string, string>, runs: {model: string, epsilon: number, withstands: string}[]}} stored */
export async function compareAutoAttack({ by, runs }) {
  configure({ workers });
  const found = [];
  for (const { model: name, epsilon, withstands } of runs) {
    const model = await load(name);
    const { inputs, labels } = await samples(datasets[name]);
    const before = process.cpuUsage();
    const { status, seconds } = await attack(model, inputs, { method: 'autoattack', epsilon, labels });
    const { user, system } = process.cpuUsage(before);
    model.dispose();
    const ours = status.map((each) => (each === 'failed' ? '1' : '0'));
    const row = {
      model: name,
      epsilon,
      samples: labels.length,
      ours: ours.filter((each) => each === '1').length,
      theirs: [...withstands].filter((each) => each === '1').length,
      differ: ours.filter((each, index) => each !== withstands[index]).length,
      seconds: Math.round(seconds),
      processorSeconds: Math.round((user + system) / 1e6),
    };
    console.error(row);
    found.push(row);
  }
  configure({ workers: 1 });
  return { by, workers, runs: found };
}
