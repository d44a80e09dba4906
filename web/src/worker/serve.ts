import type {
  CoreModule,
  CreateCore,
  ErrorReport,
  Handle,
  ModelInfo,
  Outcome,
  TrainJobResult,
} from '../core/binding.js';
import type { FromWorker, Task, TaskResults, ToWorker } from '../protocol.js';

/** How a worker talks to the client: a Web Worker's `self` or Node's parentPort. */
export interface Port {
  post(message: FromWorker, transfer?: ArrayBuffer[]): void;
  listen(receive: (message: ToWorker) => void): void;
  /** Calls back after the messages that wait now have been delivered. */
  nextTurn(callback: () => void): void;
}

/** How long a job runs before the worker looks at its messages. */
const stepMilliseconds = 30;

interface Job {
  handle: Handle;
  waiting: boolean;
  done: number;
  finish(): Outcome<unknown>;
}

/** Answers the client's messages with one instance of the core, whose jobs take turns. */
export function serve(port: Port, createCore: CreateCore): void {
  let core: CoreModule;
  let scheduled = false;
  const models = new Map<number, Outcome<{ handle: Handle; info: ModelInfo }>>();
  const jobs = new Map<number, Job>();

  const modelOf = (key: number): Outcome<{ handle: Handle; info: ModelInfo }> =>
    models.get(key) ?? failure('disposed', 'model', 'The model has been disposed.');

  const start = async (module: WebAssembly.Module): Promise<void> => {
    core = await new Promise((resolve, reject) => {
      createCore({
        instantiateWasm(imports, done) {
          try {
            const instance = new WebAssembly.Instance(module, imports);
            done(instance);
            return instance.exports;
          } catch (error) {
            // The generated code would only print it.
            reject(error);
            throw error;
          }
        },
      }).then(resolve, reject);
    });
    port.post({ type: 'ready' });
  };

  const loadModel = (message: ToWorker & { type: 'model' }): Outcome<{ handle: Handle; info: ModelInfo }> => {
    const { source } = message;
    return 'callback' in source
      ? core.modelFromCallback(source.callback)
      : core.modelFromOnnx(source.bytes, source.options);
  };

  const startJob = (id: number, started: Outcome<Handle>, finish: (job: Handle) => Outcome<unknown>) => {
    if (!started.ok) {
      port.post({ type: 'error', id, error: started.error });
      return;
    }
    const handle = started.value;
    jobs.set(id, { handle, waiting: false, done: -1, finish: () => finish(handle) });
    schedule();
  };

  /** Puts the instance's handles where the client left marks for its models. */
  const withHandles = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(withHandles);
    if ('modelKey' in value) {
      const found = modelOf(value.modelKey as number);
      return { handle: found.ok ? found.value.handle : -1 };
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withHandles(member)]));
  };

  const run = (id: number, task: Task): void => {
    if (task.kind === 'census') return reply(id, success(core.liveHandles()));
    if (task.kind === 'train') {
      const started = core.trainStart(task.architecture, task.dataset, withHandles(task.options) as object);
      return startJob(id, started, (job) => then(core.trainResult(job), takeTrained));
    }
    if (task.kind === 'read') return reply(id, core.readData(task.format, task.bytes, task.options, task.field));
    const found = modelOf(task.model);
    if (!found.ok) return reply(id, found);
    const { handle, info } = found.value;
    switch (task.kind) {
      case 'describe':
        return reply(id, success(info));
      case 'predict':
        return reply(id, core.predict(handle, task.inputs));
      case 'save':
        return reply(id, core.modelToOnnx(handle, task.options));
      case 'attack': {
        const options = withHandles(task.options) as object;
        const started = core.attackStart(handle, task.inputs, options, task.firstSample);
        return startJob(id, started, (job) => core.attackResult(job));
      }
    }
  };

  /** A trained model leaves the instance as a file at full precision. */
  const takeTrained = ({ model, info, history }: TrainJobResult): Outcome<TaskResults['train']> => {
    const file = core.modelToOnnx(model, { precision: 'float32' });
    core.release(model);
    return then(file, (bytes) => success({ bytes, info, history }));
  };

  const reply = (id: number, outcome: Outcome<unknown>): void => {
    if (outcome.ok) port.post({ type: 'result', id, value: outcome.value }, buffersOf(outcome.value));
    else port.post({ type: 'error', id, error: outcome.error });
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    port.nextTurn(() => {
      scheduled = false;
      for (const [id, job] of jobs) {
        if (job.waiting) continue;
        guard(id, () => step(id, job));
        break;
      }
      for (const job of jobs.values()) if (!job.waiting) schedule();
    });
  };

  const endJob = (id: number): void => {
    const job = jobs.get(id);
    if (!job) return;
    jobs.delete(id);
    core.release(job.handle);
  };

  const step = (id: number, job: Job): void => {
    const outcome = core.jobStep(job.handle, stepMilliseconds);
    if (!outcome.ok) {
      endJob(id);
      return reply(id, outcome);
    }
    const { query, ...state } = outcome.value;
    if (state.done !== job.done || state.epochs?.length) {
      job.done = state.done;
      port.post({ type: 'state', id, state });
    }
    if (state.state === 'done') {
      const finished = job.finish();
      endJob(id);
      return reply(id, finished);
    }
    // Behind the others, so that every job gets its turn.
    jobs.delete(id);
    jobs.set(id, job);
    job.waiting = state.state === 'waiting';
    if (query) port.post({ type: 'query', id, ...query }, [query.inputs.buffer as ArrayBuffer]);
  };

  const answer = (id: number, outputs: Float32Array): void => {
    const job = jobs.get(id);
    if (!job) return;
    const outcome = core.jobAnswer(job.handle, outputs);
    if (!outcome.ok) {
      endJob(id);
      return reply(id, outcome);
    }
    job.waiting = false;
    schedule();
  };

  /** What escapes from the core has killed the instance: the client replaces this worker. */
  const guard = (id: number, action: () => void): void => {
    try {
      action();
    } catch (error) {
      jobs.clear();
      port.post({ type: 'lost', id, message: String(error) });
    }
  };

  const handle = (message: Exclude<ToWorker, { type: 'start' }>): void => {
    switch (message.type) {
      case 'model':
        models.set(message.key, loadModel(message));
        break;
      case 'forget': {
        const found = models.get(message.key);
        models.delete(message.key);
        if (found?.ok) core.release(found.value.handle);
        break;
      }
      case 'run':
        run(message.id, message.task);
        break;
      case 'answer':
        answer(message.id, message.outputs);
        break;
      case 'abort':
        if (!jobs.has(message.id)) return;
        endJob(message.id);
        port.post({ type: 'aborted', id: message.id });
    }
  };

  // Messages come before the core is ready; they wait, in order.
  let begin: (started: Promise<void>) => void;
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  port.listen((message) => {
    if (message.type === 'start') {
      const failed = (error: unknown) => port.post({ type: 'failed', message: String(error) });
      begin(start(message.module).catch(failed));
    } else {
      started.then(() => core && guard('id' in message ? message.id : 0, () => handle(message)));
    }
  });
}

function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

function failure(code: string, field: string, message: string): { ok: false; error: ErrorReport } {
  return { ok: false, error: { code, field, message } };
}

function then<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  return outcome.ok ? next(outcome.value) : outcome;
}

/** The memory of every typed array in a result, to be moved instead of copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const collect = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) buffers.add(part.buffer as ArrayBuffer);
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(collect);
  };
  collect(value);
  return [...buffers];
}
