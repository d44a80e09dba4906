import type { Query } from '../core/binding.js';
import { fromReport, MlsecError } from '../error.js';
import type { FromWorker, ModelSource, Task, TaskState, ToWorker } from '../protocol.js';
import { startThread, type Thread } from './thread.js';

/** A worker that has not answered an abort after this long is replaced. */
const abortMilliseconds = 50;

/** A model as the client keeps it: workers get it when they first need it. */
export interface ModelRecord {
  key: number;
  source: ModelSource;
  /** Calls under way that may still have to send it. */
  uses: number;
  disposed: boolean;
}

/** Where the answers to one task go. */
export interface Flight {
  task: Task;
  models: ModelRecord[];
  result(value: unknown): void;
  error(error: unknown): void;
  state(state: TaskState): void;
  query(query: Query, answer: (outputs: Float32Array) => void): void;
  /** The worker is gone; `guilty` where this task may be what killed it. */
  lost(guilty: boolean, reason: string): void;
}

/** What a slot starts its workers from. */
export interface Engine {
  /** The worker's script. */
  script: URL | string;
  /** The core, compiled once for all workers. */
  module(): Promise<WebAssembly.Module>;
}

const silent = { result() {}, error() {}, state() {}, query() {}, lost() {} };

let lastId = 0;

/** A place in the pool: always the same place, but not always the same worker. */
export class Slot {
  readonly #engine: Engine;
  #thread: Thread | undefined;
  #ready = false;
  readonly #flights = new Map<number, Flight>();
  readonly #known = new Set<number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get load(): number {
    return this.#flights.size;
  }

  get running(): boolean {
    return this.#thread !== undefined;
  }

  /** Sends a task to the worker, starting one where there is none. */
  send(flight: Flight): { cancel(): void; stop(): void } {
    const id = ++lastId;
    this.#flights.set(id, flight);
    try {
      this.#open();
      for (const { key, source } of flight.models) {
        if (this.#known.has(key)) continue;
        this.#known.add(key);
        this.#post({ type: 'model', key, source });
      }
      this.#post({ type: 'run', id, task: flight.task }, flight.task.kind === 'train' ? flight.task.ports : []);
    } catch (error) {
      this.#flights.delete(id);
      this.#rest();
      throw error;
    }
    return { cancel: () => this.#cancel(id), stop: () => this.#post({ type: 'stop', id }) };
  }

  /** Starts the worker where there is none. */
  warmUp(): void {
    try {
      this.#open();
    } catch {
      // The call that needs it will say why.
    }
    this.#rest();
  }

  forget(key: number): void {
    if (this.#known.delete(key)) this.#post({ type: 'forget', key });
  }

  /** Ends the worker; what it was doing fails with `error`. */
  close(error: unknown): void {
    for (const flight of this.#reset()) flight.error(error);
  }

  #open(): void {
    if (!this.#thread) {
      const thread = startThread(this.#engine.script, {
        message: (message) => this.#thread === thread && this.#receive(message),
        died: (reason) => this.#thread === thread && this.#died(reason),
      });
      this.#thread = thread;
      this.#engine.module().then(
        (module) => this.#thread === thread && thread.post({ type: 'start', module }, []),
        (error) => this.#thread === thread && this.close(error),
      );
    }
    this.#thread.hold(true);
  }

  #post(message: ToWorker, transfer: MessagePort[] = []): void {
    this.#thread?.post(message, transfer);
  }

  /** Lets a Node process end while nothing is under way. */
  #rest(): void {
    if (this.#flights.size === 0) this.#thread?.hold(false);
  }

  #receive(message: FromWorker): void {
    if (message.type === 'ready') {
      this.#ready = true;
      return;
    }
    if (message.type === 'failed') return this.#died(message.message);
    if (message.type === 'lost') return this.#lose(message.message, message.id);
    const { id } = message;
    const flight = this.#flights.get(id);
    if (!flight) return;
    if (message.type === 'state') return flight.state(message.state);
    if (message.type === 'query') {
      const thread = this.#thread;
      const answer = (outputs: Float32Array) => this.#thread === thread && this.#post({ type: 'answer', id, outputs });
      return flight.query(message, answer);
    }
    this.#flights.delete(id);
    if (message.type === 'result') flight.result(message.value);
    if (message.type === 'error') {
      flight.error(fromReport(message.error));
      // The core does not unwind from that, and its memory never shrinks: start anew.
      if (message.error.code === 'out-of-memory')
        for (const other of this.#reset()) other.lost(false, 'memory ran out');
    }
    this.#rest();
  }

  #died(reason: string): void {
    if (this.#ready) return this.#lose(reason);
    const code = reason.startsWith('RangeError') ? 'out-of-memory' : 'load-failed';
    const script = this.#engine.script instanceof URL ? ` (${this.#engine.script})` : '';
    this.close(new MlsecError(code, '', `The worker${script} could not be started: ${reason}.`));
  }

  /** Every task of a lost worker has to be done again; `id` names the one that lost it, where that is known. */
  #lose(reason: string, id = 0): void {
    const flights = new Map(this.#flights);
    this.#reset();
    for (const [other, flight] of flights) flight.lost(!flights.has(id) || other === id, reason);
  }

  #reset(): Flight[] {
    const flights = [...this.#flights.values()];
    this.#thread?.terminate();
    this.#thread = undefined;
    this.#ready = false;
    this.#flights.clear();
    this.#known.clear();
    return flights;
  }

  #cancel(id: number): void {
    const flight = this.#flights.get(id);
    if (!flight) return;
    this.#flights.set(id, { ...flight, ...silent });
    this.#post({ type: 'abort', id });
    setTimeout(() => {
      // One more turn: where this thread was the busy one, the answer is already here.
      setTimeout(() => {
        if (!this.#flights.delete(id)) return;
        if (this.#ready) for (const other of this.#reset()) other.lost(false, 'it was busy with an aborted call');
        this.#rest();
      });
    }, abortMilliseconds);
  }
}
