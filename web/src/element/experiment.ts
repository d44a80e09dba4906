import { MlsecError, type ModelInfo, type ShippedSamples } from 'mlsec';
import { attacksFor } from './attacks.js';
import * as laboratory from './laboratory.js';
import { networkNamed, networks } from './networks.js';
import { hasSimd } from './simd.js';
import {
  aimOf,
  attackOf,
  datasetOf,
  labelOf,
  namesOf,
  optionValuesOf,
  pixelsOf,
  type State,
  strengthOf,
} from './state.js';
import { english, type Texts } from './texts.js';
import { type Verdict, verdictOn } from './verdict.js';

/** What the page shows, as far as it is known. */
export interface Results {
  info?: ModelInfo;
  samples?: ShippedSamples;
  /** The network's reading of the image as it is. */
  before?: laboratory.Reading;
  finding?: laboratory.Finding;
  verdict?: Verdict;
  /** What the attack under way has come to so far. */
  evolving?: Float32Array;
}

/**
 * Does what the state says, and tells each result as soon as it is there.
 * @throws MlsecError, or the signal's reason
 */
export async function perform(
  state: State,
  signal: AbortSignal,
  tell: (results: Results) => void,
  texts: Texts = english,
): Promise<void> {
  if (!hasSimd()) throw new MlsecError('unsupported', '', texts.noSimd);
  const known = networks().map(({ id }) => id);
  if (!known.includes(state.model)) {
    throw new MlsecError('unknown-name', 'model', texts.unknownModel(state.model, known.join(', ')));
  }
  const loading = Promise.all([
    laboratory.modelNamed(state.model),
    networkNamed(state.model).samples ??
      laboratory.samplesWith(datasetOf(state), state.source === 'sample' ? state.sample : 0),
  ]);
  const [model, samples] = await orAborted(loading, signal);
  const { info } = model;
  tell({ info, samples });
  const attack = attackOf(state);
  if (!attacksFor(info).includes(attack)) {
    throw new MlsecError('unsupported', 'attack', texts.attackUnfit(attack.name, state.model));
  }
  const [count = 0] = samples.inputs.shape;
  if (state.source === 'sample' && state.sample >= count) {
    throw new MlsecError('out-of-range', 'sample', texts.fewSamples(count));
  }
  const pixels = pixelsOf(state, samples);
  if (!pixels) return tell({ before: undefined, finding: undefined, verdict: undefined });
  const before = await laboratory.read(model, pixels, signal);
  tell({ before });
  const [label, target, epsilon] = [labelOf(state, samples), aimOf(state, samples), strengthOf(state, info.input)];
  const options = optionValuesOf(state, info.input);
  const question = { pixels, label, target, method: attack.id, options };
  const finding = await laboratory.examine(model, question, signal, (evolving) => tell({ evolving }));
  const verdict = verdictOn({ before, finding, label, names: namesOf(state, info), epsilon }, texts);
  tell({ finding, verdict });
}

/** The promise, or the signal's reason if that comes first: what is being fetched goes on for the next time. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
