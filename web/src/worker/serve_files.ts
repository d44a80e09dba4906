import type { CreateFiles, FilesModule, Outcome } from '../core/binding.js';
import type { Task } from '../protocol.js';
import { instantiate } from './instantiate.js';
import { buffersOf, failure, success } from './outcome.js';
import type { Port } from './serve.js';

/** Answers the client's messages with one instance of the pack that reads files. Its tasks are one call each. */
export function serveFiles(port: Port, createFiles: CreateFiles): void {
  let files: FilesModule | undefined;

  const answer = (module: FilesModule, task: Task): Outcome<unknown> => {
    switch (task.kind) {
      case 'read':
        return module.readData(task.format, task.bytes, task.options, task.field);
      case 'weight-files':
        return module.weightFiles(task.json);
      case 'convert-tfjs':
        return module.convertTfjs(task.json, task.weights);
      case 'convert-safetensors':
        return module.convertSafetensors(task.bytes, task.architecture);
      case 'to-tfjs':
        return module.onnxToTfjs(task.bytes, task.precision);
      case 'census':
        return success(module.liveHandles());
      default:
        return failure('internal', '', 'This worker only reads files.');
    }
  };

  const run = (id: number, task: Task): void => {
    if (!files) return;
    try {
      const outcome = answer(files, task);
      if (outcome.ok) port.post({ type: 'result', id, value: outcome.value }, buffersOf(outcome.value));
      else port.post({ type: 'error', id, error: outcome.error });
    } catch (error) {
      // What escapes has killed the instance: the client replaces this worker.
      port.post({ type: 'lost', id, message: String(error) });
    }
  };

  const start = async (compiled: WebAssembly.Module): Promise<void> => {
    try {
      files = await instantiate(compiled, createFiles);
      port.post({ type: 'ready' });
    } catch (error) {
      port.post({ type: 'failed', message: String(error) });
    }
  };

  // Tasks come before the instance is there; they wait, in order.
  let goOn: (started: Promise<void>) => void;
  const started = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  port.listen((message) => {
    if (message.type === 'start') goOn(start(message.module));
    else if (message.type === 'run') started.then(() => run(message.id, message.task));
  });
}
