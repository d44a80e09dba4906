import type { CallOptions } from './call_options.js';
import { type Chunk, cut, inWholeCall, join, rowsOf } from './chunks.js';
import type { ModelState } from './model.js';
import type { Samples, Task, TaskResults } from './protocol.js';
import { run, workerCount } from './runtime.js';

/** Does a task for each chunk of the samples, of at most `most` rows, and joins what comes back. */
export async function inChunks<T extends Task>(
  { record, info }: ModelState,
  samples: Samples,
  { signal, deterministic }: CallOptions,
  taskFor: (chunk: Chunk, total: number) => T,
  most?: number,
): Promise<TaskResults[T['kind']]> {
  const total = rowsOf(samples, info.input);
  const chunks = cut(samples, total, workerCount(), most);
  const parts = await run(
    chunks.map((chunk) => taskFor(chunk, total)),
    {
      models: [record],
      signal,
      deterministic,
      explain: (error, index) => inWholeCall(error, chunks[index] as Chunk, info.input),
    },
  );
  return join(parts);
}
