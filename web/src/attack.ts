import { type AttackResult, resultOf } from './attack_result.js';
import { type CallOptions, checkedCall, type Progress, progressOf } from './call_options.js';
import { ask } from './callback.js';
import { type Chunk, checkPerSample, cut, inWholeCall, join, optionsFor, rowsOf } from './chunks.js';
import { expectType, fail } from './error.js';
import type { AttackMethodOptions } from './generated/options.js';
import { wholeSetMethods } from './generated/traits.js';
import { labelsOf, type ModelInputs, readSamples } from './inputs.js';
import { Model, stateOf } from './model.js';
import type { ModelRecord } from './pool/slot.js';
import type { Task } from './protocol.js';
import { run, workerCount } from './runtime.js';

/** The method's own options, those that every attack takes, and those of the call. */
export type AttackOptions = AttackMethodOptions & CallOptions & { onProgress?: (progress: AttackProgress) => void };

/** News of an attack under way. */
export interface AttackProgress extends Progress {
  /** With the option `trajectory`: the input visited last, in the model's own layout, and the sample it belongs to. */
  latest?: { sample: number; input: Float32Array };
}

/**
 * Looks for inputs close to the given ones that the model gets wrong. Results do not depend on the number of workers.
 * Labels may come with the inputs, where these are a data set; without any, the model's own answers count as right.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function attack(model: Model, inputs: ModelInputs, options: AttackOptions): Promise<AttackResult> {
  const begin = performance.now();
  const { record, info, callback } = stateOf(model);
  expectType(typeof options === 'object' && options !== null, 'options', 'an object with the member method');
  const { signal, onProgress, deterministic, ...given } = checkedCall(options);
  signal?.throwIfAborted();
  const models = new Set([record]);
  const own = { ...labelsOf(inputs), ...given };
  const forCore = describeOptions(own, models) as Record<string, unknown>;
  const samples = readSamples(inputs, info.input);
  const total = rowsOf(samples, info.input);
  checkPerSample(forCore, total);
  const together = wholeSetMethods.includes(own.method);
  const chunks = together ? [{ first: 0, rows: total, inputs: samples }] : cut(samples, total, workerCount());
  const tasks = chunks.map((chunk): Task & { kind: 'attack' } => ({
    kind: 'attack',
    model: record.key,
    inputs: chunk.inputs,
    options: optionsFor(forCore, chunk, total),
    firstSample: chunk.first,
  }));
  let latest: AttackProgress['latest'];
  const report = progressOf(onProgress && ((progress) => onProgress(latest ? { ...progress, latest } : progress)));
  const done = chunks.map(() => 0);
  const parts = await run(tasks, {
    models: [...models],
    signal,
    deterministic,
    onState(index, state) {
      done[index] = state.done;
      if (state.latest) {
        latest = { sample: (chunks[index] as Chunk).first + (state.latestRow ?? 0), input: state.latest };
      }
      report(
        done.reduce((sum, count) => sum + count, 0),
        total,
      );
    },
    onQuery: (rows, count) => (callback ? ask(callback, rows, count) : fail('internal', '', 'No one to ask.')),
    explain: (error, index) => inWholeCall(error, chunks[index] as Chunk, info.input),
  });
  return resultOf(join(parts), samples, (performance.now() - begin) / 1000);
}

/** Options that can be sent to a worker: models leave a mark, and functions are refused by name. */
function describeOptions(value: unknown, models: Set<ModelRecord>, path = ''): unknown {
  if (value instanceof Model) {
    const { record } = stateOf(value, path);
    models.add(record);
    return { modelKey: record.key };
  }
  expectType(typeof value !== 'function' && typeof value !== 'symbol', path, 'a plain value');
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => describeOptions(item, models, `${path}[${index}]`));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      describeOptions(member, models, path ? `${path}.${name}` : name),
    ]),
  );
}
