import type { Task, TaskResults } from '../protocol.js';
import { type CallContext, callPool } from './call.js';
import { type Engine, Slot } from './slot.js';

/** A fixed number of workers with the same build of the core. Calls share them and do not wait for each other. */
export class Pool {
  /** Calls under way. */
  calls = 0;
  readonly #slots: Slot[];

  constructor(engine: Engine, size: number) {
    this.#slots = Array.from({ length: size }, () => new Slot(engine));
  }

  /** Does the tasks and resolves with their results in the order of the tasks. */
  async run<T extends Task>(tasks: T[], context: CallContext): Promise<TaskResults[T['kind']][]> {
    this.calls++;
    try {
      return (await callPool(this.#slots, tasks, context)) as TaskResults[T['kind']][];
    } finally {
      this.calls--;
    }
  }

  /** Starts the first worker, should it not run. */
  warmUp(): void {
    this.#slots[0]?.warmUp();
  }

  /** How many objects the instance of each running worker holds. */
  async census(): Promise<number[]> {
    const running = this.#slots.filter((slot) => slot.running);
    const counts = await Promise.all(running.map((slot) => callPool([slot], [{ kind: 'census' }], {})));
    return counts.map(([count]) => count as number);
  }

  forget(key: number): void {
    for (const slot of this.#slots) slot.forget(key);
  }

  close(error: unknown): void {
    for (const slot of this.#slots) slot.close(error);
  }
}
