/** What a call costs that does nothing: a message to a worker and one back. It is in every figure of a single call. */
import { caller, race } from './measure.mjs';

const { close, diagnostics, load } = await import('../../dist/index.js');

/** @param {import('./measure.mjs').Limits} limits */
export async function roundTrip(limits) {
  // The workers of before are ended, so that it is one that answers.
  close();
  const model = await load('mnist-mlp');
  const { call } = await race([caller('call', diagnostics)], limits);
  model.dispose();
  return call;
}
