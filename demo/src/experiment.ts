import { MlsecError, type ModelInfo, type ShippedSamples } from 'mlsec';
import { attacksFor } from './attacks.js';
import * as laboratory from './laboratory.js';
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
import { type Verdict, verdictOn } from './verdict.js';

/** What the page shows, as far as it is known. */
export interface Results {
  info?: ModelInfo;
  samples?: ShippedSamples;
  /** The network's reading of the image as it is. */
  before?: laboratory.Reading;
  finding?: laboratory.Finding;
  verdict?: Verdict;
}

/**
 * Does what the state says, and tells each result as soon as it is there.
 * @throws MlsecError, or the signal's reason
 */
export async function perform(state: State, signal: AbortSignal, tell: (results: Results) => void): Promise<void> {
  const loading = Promise.all([laboratory.modelNamed(state.model), laboratory.samplesOf(datasetOf(state))]);
  const [model, samples] = await orAborted(loading, signal);
  const { info } = model;
  tell({ info, samples });
  const attack = attackOf(state);
  if (!attacksFor(info).includes(attack)) {
    throw new MlsecError('unsupported', 'attack', `${attack.name} does not work on the network ${state.model}.`);
  }
  if (state.source === 'sample' && state.sample >= samples.labels.length) {
    throw new MlsecError('out-of-range', 'sample', `There are only ${samples.labels.length} images to choose from.`);
  }
  const pixels = pixelsOf(state, samples);
  if (!pixels) return tell({ before: undefined, finding: undefined, verdict: undefined });
  const before = await laboratory.read(model, pixels, signal);
  tell({ before });
  const [label, target, epsilon] = [labelOf(state, samples), aimOf(state, samples), strengthOf(state, info.input)];
  const options = optionValuesOf(state, info.input);
  const finding = await laboratory.examine(model, { pixels, label, target, method: attack.id, options }, signal);
  const verdict = verdictOn({ before, finding, label, names: namesOf(state, info), epsilon });
  tell({ finding, verdict });
}

/** The promise, or the signal's reason if that comes first: what is being fetched goes on for the next time. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
