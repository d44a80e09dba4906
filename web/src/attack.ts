import { type AttackResult, resultOf } from './attack_result.js';
import { type CallOptions, checkedCall, type Progress, progressOf } from './call_options.js';
import { ask } from './callback.js';
import { type Chunk, checkPerSample, cut, inWholeCall, join, optionsFor, rowsOf } from './chunks.js';
import { expectType, fail } from './error.js';
import type { AttackMethodOptions } from './generated/options.js';
import { furtherMethods, methodOptions, wholeSetMethods } from './generated/traits.js';
import { labelsOf, type ModelInputs, readSamples, sizeOf } from './inputs.js';
import { Model, stateOf } from './model.js';
import type { ModelRecord } from './pool/slot.js';
import type { Task } from './protocol.js';
import { run, workerCount } from './runtime.js';

/** A point that an attack has reached. */
export interface Reached {
  /** In the model's own layout. */
  input: Float32Array;
  /** What the model says of it. */
  logits: Float32Array;
  /** The index of the sample that it started from. */
  sample: number;
}

/** The method's own options, those that every attack takes, and those of the call. */
export type AttackOptions = AttackMethodOptions &
  CallOptions & {
    onProgress?: (progress: AttackProgress) => void;
    /**
     * Whether a point counts as success, in the place of its class. It is asked about every point that is visited, the
     * samples themselves too: those it holds for are reported as 'already-misclassified'. Attacks are led by their
     * own losses all the same.
     */
    predicate?: (reached: Reached) => boolean;
  };

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
  const { signal, onProgress, deterministic, predicate, ...given } = checkedCall(options);
  expectType(predicate === undefined || typeof predicate === 'function', 'predicate', 'a function');
  signal?.throwIfAborted();
  const models = new Set([record]);
  const own = { ...labelsOf(inputs), ...given };
  const forCore = describeOptions(own, models) as Record<string, unknown>;
  const samples = readSamples(inputs, info.input);
  const total = rowsOf(samples, info.input);
  const features = sizeOf(info.input);
  checkPerSample(forCore, total, features);
  const together = wholeSetMethods.includes(own.method);
  const chunks = together ? [{ first: 0, rows: total, inputs: samples }] : cut(samples, total, workerCount());
  const tasks = chunks.map((chunk): Task & { kind: 'attack' } => ({
    kind: 'attack',
    model: record.key,
    inputs: chunk.inputs,
    options: optionsFor(forCore, chunk, total, features),
    firstSample: chunk.first,
    judged: predicate !== undefined,
  }));
  let latest: AttackProgress['latest'];
  const report = progressOf(onProgress && ((progress) => onProgress(latest ? { ...progress, latest } : progress)));
  const done = chunks.map(() => 0);
  const parts = await run(tasks, {
    models: [...models],
    signal,
    deterministic,
    pack: isFurther(own) ? 'attacks' : undefined,
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
    async onQuery({ inputs, rows, logits, samples }) {
      if (logits && samples && predicate) return judge(predicate, { inputs, logits, samples });
      return callback ? ask(callback, inputs, rows) : fail('internal', '', 'No one to ask.');
    },
    explain: (error, index) => inWholeCall(error, chunks[index] as Chunk, info.input),
  });
  return resultOf(join(parts), samples, (performance.now() - begin) / 1000);
}

/** A number a row: what the caller's function says of it. */
function judge(
  predicate: (reached: Reached) => boolean,
  { inputs, logits, samples }: { inputs: Float32Array; logits: Float32Array; samples: Int32Array },
): Float32Array {
  const features = inputs.length / samples.length;
  const classes = logits.length / samples.length;
  return Float32Array.from(samples, (sample, row) => {
    const input = inputs.slice(row * features, (row + 1) * features);
    const verdict: unknown = predicate({ input, logits: logits.slice(row * classes, (row + 1) * classes), sample });
    expectType(typeof verdict === 'boolean', 'predicate', 'a function that returns true or false');
    return Number(verdict);
  });
}

/** Whether an attack, given by its name or options, or one that its options name, is not in the core. */
function isFurther(attack: unknown): boolean {
  if (typeof attack !== 'object' || attack === null) return furtherMethods.includes(attack as string);
  if (Array.isArray(attack)) return attack.some(isFurther);
  return ['method', ...methodOptions].some((name) => isFurther(attack[name as keyof typeof attack]));
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
