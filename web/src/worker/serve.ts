import type {
  CoreModule,
  CreateCore,
  Handle,
  ModelInfo,
  Outcome,
  TrainJobResult,
  TrainState,
} from '../core/binding.js';
import type { FromWorker, Task, TaskState, ToWorker, TrainedModel } from '../protocol.js';
import { instantiate } from './instantiate.js';
import { buffersOf, failure, success, then } from './outcome.js';

/** How a worker talks to the client: a Web Worker's `self` or Node's parentPort. */
export interface Port {
  post(message: FromWorker, transfer?: ArrayBuffer[]): void;
  listen(receive: (message: ToWorker) => void): void;
  /** Calls back after the messages that wait now have been delivered. */
  nextTurn(callback: () => void): void;
}

/** How long a job runs before the worker looks at its messages. */
const stepMilliseconds = 30;

/** How often an attack that keeps its points shows the last one. */
const newsMilliseconds = 80;

interface Job {
  handle: Handle;
  waiting: boolean;
  /** Works for a while; tells the client what is new. */
  step(): Outcome<'running' | 'waiting' | 'done'>;
  finish(): Outcome<unknown>;
  end(): void;
}

/** Answers the client's messages with one instance of the core, whose jobs take turns. */
export function serve(port: Port, createCore: CreateCore): void {
  let core: CoreModule;
  let scheduled = false;
  const models = new Map<number, Outcome<{ handle: Handle; info: ModelInfo }>>();
  const jobs = new Map<number, Job>();
  const trainers = new Map<number, Handle>();

  const modelOf = (key: number): Outcome<{ handle: Handle; info: ModelInfo }> =>
    models.get(key) ?? failure('disposed', 'model', 'The model has been disposed.');

  const start = async (module: WebAssembly.Module): Promise<void> => {
    core = await instantiate(module, createCore);
    port.post({ type: 'ready' });
  };

  const loadModel = (message: ToWorker & { type: 'model' }): Outcome<{ handle: Handle; info: ModelInfo }> => {
    const { source } = message;
    return 'callback' in source
      ? core.modelFromCallback(source.callback)
      : core.modelFromOnnx(source.bytes, source.options);
  };

  const begin = (id: number, job: Omit<Job, 'waiting'>): void => {
    jobs.set(id, { ...job, waiting: false });
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
    if (task.kind === 'inspect') return reply(id, core.inspectOnnx(task.bytes, task.options));
    if (task.kind === 'train') return train(id, task);
    if (task.kind === 'trainer') return useTrainer(id, task);
    if (!('model' in task)) return reply(id, failure('internal', '', 'This worker reads no files.'));
    const found = modelOf(task.model);
    if (!found.ok) return reply(id, found);
    const { handle, info } = found.value;
    switch (task.kind) {
      case 'describe':
        return reply(id, success(info));
      case 'predict':
      case 'jacobian':
        return reply(id, core[task.kind](handle, task.inputs));
      case 'gradient':
        return reply(id, core.gradient(handle, task.inputs, task.options));
      case 'activation':
        return reply(id, core.activation(handle, task.inputs, task.layer));
      case 'save':
        return reply(id, core.modelToOnnx(handle, task.options));
      case 'attack': {
        const options = withHandles(task.options) as object;
        const started = core.attackStart(handle, task.inputs, options, task.firstSample, task.judged);
        if (!started.ok) return reply(id, started);
        const attack = started.value;
        let done = -1;
        let toldAt = Number.NEGATIVE_INFINITY;
        return begin(id, {
          handle: attack,
          step: () =>
            then(core.jobStep(attack, stepMilliseconds), ({ query, ...state }) => {
              const now = performance.now();
              const due = state.latest && now - toldAt >= newsMilliseconds;
              if (due || state.done !== done) {
                tell(id, state);
                toldAt = now;
              }
              done = state.done;
              if (query) port.post({ type: 'query', id, ...query }, buffersOf(query));
              return success(state.state);
            }),
          finish: () => core.attackResult(attack),
          end: () => core.release(attack),
        });
      }
      case 'universal': {
        const started = core.universalStart(handle, task.inputs, task.options);
        if (!started.ok) return reply(id, started);
        const attack = started.value;
        return begin(id, {
          handle: attack,
          step: () =>
            then(core.jobStep(attack, stepMilliseconds), (state) =>
              then(core.universalResult(attack), (universal) => {
                tell(id, { ...state, universal });
                return success(state.state);
              }),
            ),
          finish: () => core.universalResult(attack),
          end: () => core.release(attack),
        });
      }
    }
  };

  const tell = (id: number, state: TaskState): void =>
    port.post({ type: 'state', id, state }, [...buffersOf(state.checkpoint), ...buffersOf(state.latest)]);

  const train = (id: number, { architecture, setting, options, ports }: Task & { kind: 'train' }): void => {
    const started = core.trainStart(architecture, setting, withHandles(options) as object);
    if (!started.ok) return reply(id, started);
    const handle = started.value;
    for (const other of ports) {
      other.onmessage = ({ data }) =>
        guard(id, () => {
          const job = jobs.get(id);
          if (!job) return;
          const received = core.trainReceive(handle, data);
          if (!received.ok) return fail(id, received);
          job.waiting = false;
          schedule();
        });
    }
    begin(id, {
      handle,
      step: () =>
        withCheckpoint(
          handle,
          then(core.trainStep(handle, stepMilliseconds), ({ message, ...state }: TrainState) => {
            if (message) for (const other of ports) other.postMessage(message);
            if (setting.rank === 0 && (state.batches.length > 0 || state.checkpoint)) tell(id, state);
            return success(state.state);
          }),
        ),
      finish: () => (setting.rank === 0 ? trained(handle) : success(null)),
      // The ports end with the worker: what was sent last may still be on its way.
      end: () => core.release(handle),
    });
  };

  /** A trainer stays between tasks; a cancelled step goes on with the next. */
  const useTrainer = (id: number, { key, action }: Task & { kind: 'trainer' }): void => {
    if (action.name === 'open') {
      const started = core.trainStart(action.architecture, action.setting, withHandles(action.options) as object);
      if (started.ok) trainers.set(key, started.value);
      return reply(
        id,
        then(started, () => success(null)),
      );
    }
    const handle = trainers.get(key);
    if (handle === undefined) {
      return reply(id, failure('instance-lost', 'trainer', 'The trainer was lost with its worker.'));
    }
    switch (action.name) {
      case 'read':
        return reply(id, core.trainRead(handle, action.what));
      case 'write':
        return reply(id, core.trainWrite(handle, action.what, action.row));
      case 'checkpoint':
        return reply(id, core.trainCheckpoint(handle, false));
      case 'model':
        return reply(id, trained(handle));
    }
    const seen: Pick<TrainState, 'batches' | 'epochs' | 'done' | 'total'> = {
      batches: [],
      epochs: [],
      done: 0,
      total: 0,
    };
    begin(id, {
      handle,
      step: () =>
        withCheckpoint(
          handle,
          // As little as possible, so that no batch too many is begun.
          then(core.trainStep(handle, 0), ({ state, batches, epochs, done, total }) => {
            seen.batches.push(...batches);
            seen.epochs.push(...epochs);
            Object.assign(seen, { done, total });
            return success(seen.batches.length >= action.batches ? 'done' : state);
          }),
        ),
      finish: () => success(seen),
      end() {},
    });
  };

  const withCheckpoint = <T>(handle: Handle, outcome: Outcome<T>): Outcome<T> => {
    if (outcome.ok) return outcome;
    const kept = core.trainCheckpoint(handle, true);
    return kept.ok ? { ok: false, error: { ...outcome.error, checkpoint: kept.value } } : outcome;
  };

  const trained = (handle: Handle): Outcome<TrainedModel> => then(core.trainResult(handle), takeTrained);

  /** A trained model leaves the instance as a file at full precision. */
  const takeTrained = ({ model, info, history }: TrainJobResult): Outcome<TrainedModel> => {
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
    job.end();
  };

  const fail = (id: number, outcome: Outcome<unknown>): void => {
    endJob(id);
    reply(id, outcome);
  };

  const step = (id: number, job: Job): void => {
    const outcome = job.step();
    if (!outcome.ok) return fail(id, outcome);
    if (outcome.value === 'done') {
      const finished = job.finish();
      endJob(id);
      return reply(id, finished);
    }
    // Behind the others, so that every job gets its turn.
    jobs.delete(id);
    jobs.set(id, job);
    job.waiting = outcome.value === 'waiting';
  };

  const answer = (id: number, outputs: Float32Array): void => {
    const job = jobs.get(id);
    if (!job) return;
    const outcome = core.jobAnswer(job.handle, outputs);
    if (!outcome.ok) return fail(id, outcome);
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
      case 'stop': {
        const job = jobs.get(message.id);
        if (job) core.trainStop(job.handle);
        break;
      }
      case 'abort':
        if (!jobs.has(message.id)) return;
        endJob(message.id);
        port.post({ type: 'aborted', id: message.id });
    }
  };

  // Messages come before the core is ready; they wait, in order.
  let goOn: (started: Promise<void>) => void;
  const started = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  port.listen((message) => {
    if (message.type === 'start') {
      const failed = (error: unknown) => port.post({ type: 'failed', message: String(error) });
      goOn(start(message.module).catch(failed));
    } else {
      started.then(() => core && guard('id' in message ? message.id : 0, () => handle(message)));
    }
  });
}
