// A core without WebAssembly, for tests of everything around it. Its models are linear classifiers written as JSON,
// { weights: classes x features }; its attacks are named after what the tests want to see happen.
import type {
  AttackJobResult,
  Batch,
  CallbackSpecification,
  CoreModule,
  Epoch,
  ErrorReport,
  Handle,
  ModelInfo,
  Outcome,
  TrainState,
} from '../../web/src/core/binding.js';

interface FakeModel {
  info: ModelInfo;
  weights?: number[][];
  callback?: CallbackSpecification;
}

interface FakeJob {
  step(): Outcome<{ state: 'running' | 'waiting' | 'done'; done: number; total: number; query?: object }>;
  answer?(outputs: Float32Array): void;
  result(): Outcome<unknown>;
}

interface FakeTraining {
  epochs?: number;
  trap?: boolean;
  /** The epoch in which it fails. */
  diverges?: number;
}

interface FakeTrainer {
  step(): Outcome<TrainState>;
  result(): Outcome<unknown>;
  row: Float32Array;
  receive(): void;
  stop(): void;
  checkpoint(): Uint8Array;
}

type Samples = { data: Float32Array; shape: number[] };

/** `pack`: with the attacks that the core does not have. */
export function createFakeCore(pack?: 'attacks'): CoreModule {
  const registry = new Map<Handle, object>();
  let last = 0;
  const keep = (value: object): Handle => {
    registry.set(++last, value);
    return last;
  };
  const model = (handle: Handle) => registry.get(handle) as FakeModel;
  const job = (handle: Handle) => registry.get(handle) as FakeJob;
  const training = (handle: Handle) => registry.get(handle) as FakeTrainer;

  return {
    flavour: () => 'simd',
    liveHandles: () => registry.size,
    release: (handle) => void registry.delete(handle),

    inspectOnnx: () => success({ inputs: [], outputs: [], operations: [], parameters: 4, problems: [] }),

    modelFromOnnx(bytes, options) {
      let parsed: { weights: number[][] };
      try {
        parsed = JSON.parse(new TextDecoder().decode(bytes));
      } catch {
        return failure('malformed', 'source', 'source is not a model.');
      }
      const { name = '' } = options as { name?: string };
      const [first = []] = parsed.weights;
      const info = describe(name, [first.length], parsed.weights.length);
      return success({ handle: keep({ info, weights: parsed.weights }), info });
    },

    modelFromCallback(specification) {
      const { shape, classes } = specification;
      if (!Array.isArray(shape)) return failure('wrong-type', 'shape', 'shape must be a list of numbers.');
      const info = describe('callback', shape, classes);
      info.capabilities = { gradient: false, activations: false, scores: true };
      return success({ handle: keep({ info, callback: specification }), info });
    },

    modelToOnnx(handle) {
      return success(new TextEncoder().encode(JSON.stringify({ weights: model(handle).weights })));
    },

    predict(handle, inputs) {
      const { info, weights = [] } = model(handle);
      const wrong = check(info, inputs);
      if (wrong) return wrong;
      const rows = rowsOf(inputs);
      const logits = rows.flatMap((row) => weights.map((each) => dot(each, row)));
      return success({
        logits: Float32Array.from(logits),
        probabilities: Float32Array.from(logits),
        labels: Int32Array.from(rows, (row) => classOf(weights, row)),
      });
    },

    // The loss is the label's logit, so gradients are rows of the weights; losses tell samples apart.
    gradient(handle, inputs, options) {
      const { info, weights = [] } = model(handle);
      if (!info.capabilities.gradient) return failure('unsupported', 'model', 'This model lacks gradients.');
      const wrong = check(info, inputs) ?? checkOptions(options as FakeOptions, info);
      if (wrong) return wrong;
      const rows = rowsOf(inputs);
      const { labels = rows.map((row) => classOf(weights, row)) } = options as FakeOptions;
      const chosen = Array.from(labels, (label) => weights[label] ?? []);
      return success({
        data: Float32Array.from(chosen.flat()),
        losses: Float32Array.from(rows, (row, index) => dot(chosen[index] ?? [], row)),
        labels: Int32Array.from(labels),
      });
    },
    jacobian(handle, inputs) {
      const { info, weights = [] } = model(handle);
      const wrong = check(info, inputs);
      if (wrong) return wrong;
      const rows = rowsOf(inputs);
      const numbers = inputs.data.length * weights.length;
      if (numbers > 1 << 22) return failure('too-large', 'inputs', `inputs: ${numbers} numbers are too many at once.`);
      return success({
        data: Float32Array.from(rows.flatMap(() => weights.flat())),
        logits: Float32Array.from(rows.flatMap((row) => weights.map((each) => dot(each, row)))),
      });
    },
    activation(handle, inputs, layer) {
      const { info, weights = [] } = model(handle);
      const wrong = check(info, inputs);
      if (wrong) return wrong;
      if (layer !== 0 && layer !== 'scores') return failure('unknown-name', 'layer', 'layer: there is no such one.');
      const data = Float32Array.from(rowsOf(inputs).flatMap((row) => weights.map((each) => dot(each, row))));
      return success({ data, layer: 0 });
    },

    attackStart(handle, inputs, options, firstSample) {
      const target = model(handle);
      const wrong = check(target.info, inputs) ?? checkOptions(options as FakeOptions, target.info);
      if (wrong) return wrong;
      if ((options as FakeOptions).method === 'refuses-start') trap();
      if (pack !== 'attacks' && JSON.stringify(options).includes('elsewhere')) {
        return failure('unsupported', 'method', 'The method is not part of this build.');
      }
      return success(keep(startAttack(target, inputs, options as FakeOptions, firstSample)));
    },
    attackResult: (handle) => job(handle).result() as Outcome<AttackJobResult>,

    // After five steps, the mean of all samples.
    universalStart(handle, inputs, options) {
      const wrong = check(model(handle).info, inputs) ?? checkOptions(options as FakeOptions, model(handle).info);
      if (wrong) return wrong;
      if (pack !== 'attacks') return failure('internal', 'job', 'Only the pack has this.');
      const rows = rowsOf(inputs);
      const mean = (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
      const { method } = options as FakeOptions;
      let done = 0;
      const step = (): ReturnType<FakeJob['step']> => {
        busy(5);
        if (method !== 'endless') done++;
        return success({ state: done < 5 ? 'running' : 'done', done, total: 5 });
      };
      const result = () =>
        success({
          pattern: Float32Array.from(done > 1 ? mean : []),
          shape: [mean.length],
          form: '',
          samples: rows.length,
          fooled: Math.min(done, rows.length),
          queries: done,
          gradients: 0,
          exhausted: false,
        });
      return success(keep({ step, result }));
    },
    universalResult: (handle) => job(handle).result() as never,

    trainStart(_architecture, { dataset, rank, workers }, options) {
      const { epochs = 3, trap: traps = false, diverges = 0 } = options as FakeTraining;
      const history: Epoch[] = [];
      const batches: Batch[] = [];
      let received = workers - 1;
      const step = (): Outcome<TrainState> => {
        const news = { done: history.length, total: epochs, batches: [], epochs: [] };
        if (traps) trap();
        if (received < workers - 1) return success({ state: 'waiting', ...news });
        received = 0;
        busy(5);
        const number = history.length + 1;
        if (number === diverges) return failure('not-finite', 'learningRate', 'Training diverged.');
        history.push({ epoch: number, loss: 1 / number, accuracy: 0.5, learningRate: 0.1, seconds: 0.005 });
        batches.push({ batch: number, epoch: number, loss: 1 / number, accuracy: 0.5, learningRate: 0.1 });
        return success({
          state: number >= epochs ? 'done' : 'running',
          done: number,
          total: epochs,
          epochs: history.slice(-1),
          batches: batches.slice(-1),
          checkpoint: Uint8Array.of(number),
          ...(workers > 1 && { message: Uint8Array.of(rank) }),
        });
      };
      const result = () => {
        const features = dataset.inputs.length / (dataset.shape[0] ?? 1);
        const weights = Array.from({ length: dataset.classes }, (_, index) => Array(features).fill(index));
        const info = describe('trained', [features], dataset.classes);
        return success({ model: keep({ info, weights }), info, history });
      };
      const row = new Float32Array(4);
      return success(
        keep({
          step,
          result,
          row,
          receive: () => received++,
          stop: () => {
            history.length = Math.max(history.length, epochs - 1);
          },
          checkpoint: () => Uint8Array.of(history.length),
        }),
      );
    },
    trainStep: (handle) => training(handle).step(),
    trainReceive(handle) {
      training(handle).receive();
      return success(null);
    },
    trainStop(handle) {
      training(handle).stop();
      return success(null);
    },
    trainResult: (handle) => training(handle).result() as never,
    trainCheckpoint: (handle) => success(training(handle).checkpoint()),
    trainRead: (handle, what) => success([{ name: what, shape: [4], data: training(handle).row.slice() }]),
    trainWrite(handle, _what, row) {
      training(handle).row.set(row);
      return success(null);
    },

    jobStep: (handle) => job(handle).step() as never,
    jobAnswer(handle, outputs) {
      job(handle).answer?.(outputs);
      return success(null);
    },
  };
}

interface FakeOptions {
  method: string;
  epsilon?: number;
  labels?: ArrayLike<number>;
  surrogate?: { handle: number };
  milliseconds?: number;
  /** In memory that all workers share: how many of them shall trap. */
  counter?: Int32Array;
}

/** 'shift' moves every feature by epsilon; the others do so too where they get that far. */
function startAttack(target: FakeModel, inputs: Samples, options: FakeOptions, firstSample: number): FakeJob {
  const rows = rowsOf(inputs);
  const { method, epsilon = 0.25, milliseconds = 0, counter } = options;
  let done = 0;
  let answered: Float32Array | undefined;
  const step = (): ReturnType<FakeJob['step']> => {
    if (method === 'spin') busy(2000);
    if (method === 'trap') trap();
    if (counter && Atomics.sub(counter, 0, 1) > 0) trap();
    if (method === 'fails-late' && firstSample > 0) {
      return failure('out-of-range', 'labels[1]', 'labels[1] must be below 2.');
    }
    if (target.callback && !answered) {
      return success({
        state: 'waiting',
        done,
        total: rows.length,
        query: { inputs: inputs.data.slice(), rows: rows.length },
      });
    }
    if (method === 'endless') {
      busy(5);
      return success({ state: 'running', done: 0, total: rows.length });
    }
    if (milliseconds) busy(milliseconds);
    done++;
    return success({ state: done < rows.length ? 'running' : 'done', done, total: rows.length });
  };
  const result = () => {
    const weights = target.weights ?? [];
    const before = Int32Array.from(rows, (row) => classOf(weights, row));
    const labels = options.labels ? Int32Array.from(options.labels) : before;
    // Keyed by the sample's place in the whole call, as the core's random numbers are.
    const moved = rows.map((row, index) => row.map((value) => value + epsilon / (1 + firstSample + index)));
    const distance = (norm: number) => Float64Array.from(rows, () => norm * epsilon);
    return success({
      adversarials: Float32Array.from(moved.flat()),
      status: rows.map((_, index) => (labels[index] === before[index] ? 'success' : 'already-misclassified')),
      labels,
      targets: null,
      cleanPredictions: before,
      predictions: before,
      distances: { l0: distance(1), l1: distance(2), l2: distance(3), linf: distance(4) },
      queries: Int32Array.from(rows, () => 2),
      gradients: Int32Array.from(rows, () => 1),
      labelsFromModel: !options.labels,
    });
  };
  return {
    step,
    result,
    answer: (outputs) => {
      answered = outputs;
    },
  };
}

function check(info: ModelInfo, { data, shape }: Samples): { ok: false; error: ErrorReport } | undefined {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size !== data.length || shape.slice(1).join() !== info.input.shape.join() || size === 0) {
    return failure('shape-mismatch', 'inputs', `inputs must have the shape [rows, ${info.input.shape}].`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) return failure('not-finite', 'inputs', 'inputs must be finite.');
  if (data.some((value) => value < 0 || value > 1))
    return failure('out-of-range', 'inputs', 'inputs must be in [0, 1].');
  return undefined;
}

function checkOptions({ epsilon = 0, labels = [] }: FakeOptions, { output }: ModelInfo) {
  if (!(epsilon >= 0)) return failure('out-of-range', 'epsilon', 'epsilon must be at least 0.');
  const bad = Array.from(labels).findIndex((label) => label < 0 || label >= output.classes);
  if (bad >= 0) return failure('out-of-range', `labels[${bad}]`, `labels[${bad}] must be below ${output.classes}.`);
  return undefined;
}

function describe(name: string, shape: number[], classes: number): ModelInfo {
  return {
    name,
    input: { name: 'input', kind: 'vector', shape, layout: 'flat', lower: 0, upper: 1 },
    output: { kind: 'classes', classes, labels: Array.from({ length: classes }, (_, index) => String(index)) },
    layers: [{ name: 'scores', kind: 'dense', shape: [classes], parameters: classes }],
    parameters: classes,
    capabilities: { gradient: true, activations: true, scores: true },
    warnings: [],
  };
}

function rowsOf({ data, shape }: Samples): number[][] {
  const size = data.length / (shape[0] ?? 1);
  return Array.from({ length: shape[0] ?? 0 }, (_, row) => [...data.slice(row * size, (row + 1) * size)]);
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function classOf(weights: number[][], row: number[]): number {
  const scores = weights.map((each) => dot(each, row));
  return scores.indexOf(Math.max(...scores));
}

/** What a broken invariant of the core looks like from outside. */
function trap(): never {
  throw new WebAssembly.RuntimeError('unreachable');
}

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function success<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

function failure(code: string, field: string, message: string): { ok: false; error: ErrorReport } {
  return { ok: false, error: { code, field, message } };
}
