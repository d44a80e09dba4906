import { type CallOptions, checkedCall, type Progress, progressOf } from './call_options.js';
import type { UniversalPart } from './core/binding.js';
import { expectType } from './error.js';
import { type ModelInputs, readSamples } from './inputs.js';
import { type Model, stateOf } from './model.js';
import { run } from './runtime.js';

/** What `universal` of mlsec/universal runs; made for it alone. */
export async function runUniversal(
  model: Model,
  inputs: ModelInputs,
  options: CallOptions & { onProgress?: ((progress: Progress & { found: UniversalPart }) => void) | undefined },
): Promise<UniversalPart> {
  const { record, info } = stateOf(model);
  const { signal, onProgress, deterministic, ...own } = checkedCall(options);
  for (const [field, value] of Object.entries(own)) {
    expectType(typeof value !== 'function', field, 'a plain value, not a function');
  }
  const samples = readSamples(inputs, info.input);
  let found: UniversalPart | undefined;
  const report = progressOf(onProgress && ((progress) => found && onProgress({ ...progress, found })));
  const [result] = await run([{ kind: 'universal', model: record.key, inputs: samples, options: own }], {
    models: [record],
    signal,
    deterministic,
    pack: 'attacks',
    onState(_, { done, total, universal }) {
      found = universal;
      report(done, total);
    },
  });
  return result as UniversalPart;
}
