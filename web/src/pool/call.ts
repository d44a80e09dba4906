import type { Query } from '../core/binding.js';
import { MlsecError } from '../error.js';
import type { Task, TaskState } from '../protocol.js';
import type { ModelRecord, Slot } from './slot.js';

/** What accompanies the tasks of one call. */
export interface CallContext {
  /** The models the tasks name; a worker that lacks one gets it first. */
  models?: ModelRecord[];
  signal?: AbortSignal;
  /** Ends trainings early; they resolve with what they have. */
  stop?: AbortSignal;
  /** News of the task of that index. */
  onState?(index: number, state: TaskState): void;
  /** Asked for the answers of a callback model, or for verdicts. */
  onQuery?(query: Query): Promise<Float32Array>;
  /** What an error of the task of that index means to the caller. */
  explain?(error: unknown, index: number): unknown;
  /** Set where a task holds work that cannot be done again: its loss is reported instead. */
  once?: boolean;
}

/**
 * Does tasks on the slots, at most one at a time on each, and resolves with their results in the order of the tasks.
 * The first error or the signal ends the call at once and cancels what is still under way.
 */
export function callPool(slots: Slot[], tasks: Task[], context: CallContext): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const { signal, stop, models = [] } = context;
    const results: unknown[] = new Array(tasks.length);
    const waiting = tasks.map((_, index) => index);
    const deaths = tasks.map(() => 0);
    const sent = new Map<number, { cancel(): void; stop(): void }>();
    let settled = false;

    const settle = (action: () => void): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', abort);
      stop?.removeEventListener('abort', stopAll);
      for (const { cancel } of sent.values()) cancel();
      action();
    };
    const failWith = (error: unknown): void => settle(() => reject(error));
    const abort = (): void => failWith(signal?.reason);
    const stopAll = (): void => {
      for (const task of sent.values()) task.stop();
    };

    /** Handlers of the caller's may throw; that ends the call too. */
    const guard = async (action: () => unknown): Promise<void> => {
      try {
        await action();
      } catch (error) {
        failWith(error);
      }
    };

    const lost = (index: number, guilty: boolean, reason: string): void => {
      if (guilty) deaths[index] = (deaths[index] ?? 0) + 1;
      if (context.once) {
        failWith(new MlsecError('instance-lost', '', `The worker was lost with its unsaved work: ${reason}.`));
      } else if ((deaths[index] ?? 0) > 1) {
        failWith(
          new MlsecError('internal', '', `The core failed twice on the same samples, please report it: ${reason}.`),
        );
      } else {
        waiting.unshift(index);
      }
    };

    /** Gives a slot tasks, one after another, until none is left. */
    const pull = (slot: Slot): void => {
      const index = settled ? undefined : waiting.shift();
      if (index === undefined) return;
      const next = (): void => {
        sent.delete(index);
        pull(slot);
      };
      const send = () =>
        slot.send({
          task: tasks[index] as Task,
          models,
          result(value) {
            results[index] = value;
            next();
            if (sent.size === 0) settle(() => resolve(results));
          },
          error: (error) => failWith(context.explain?.(error, index) ?? error),
          state: (state) => void guard(() => context.onState?.(index, state)),
          query: (query, answer) =>
            void guard(async () => {
              const outputs = await context.onQuery?.(query);
              if (outputs && !settled) answer(outputs);
            }),
          lost(guilty, reason) {
            lost(index, guilty, reason);
            next();
          },
        });
      void guard(() => void sent.set(index, send()));
    };

    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    stop?.addEventListener('abort', stopAll);
    const idlest = [...slots].sort((a, b) => a.load - b.load);
    for (const slot of idlest.slice(0, tasks.length)) pull(slot);
    if (stop?.aborted) stopAll();
  });
}
