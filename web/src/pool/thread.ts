import type { TransferListItem } from 'node:worker_threads';
import { fail } from '../error.js';
import type { FromWorker, ToWorker } from '../protocol.js';

/** A Web Worker or a Node thread, reduced to what the pool needs of it. */
export interface Thread {
  post(message: ToWorker, transfer: MessagePort[]): void;
  terminate(): void;
  /** In Node a thread keeps the process alive while it has work, and no longer. */
  hold(busy: boolean): void;
}

export interface ThreadEvents {
  message(message: FromWorker): void;
  /** The thread is gone, or never came to be. */
  died(reason: string): void;
}

/** Starts the script at an address, or the script whose source text is given. */
export function startThread(script: URL | string, events: ThreadEvents): Thread {
  // Node first: other packages leave something called Worker there that is none of the web's.
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (!threads) {
    if (typeof Worker === 'function') return startWebWorker(script, events);
    fail('unsupported', '', 'This environment has no workers, which the package runs its core in.');
  }
  const address = typeof script === 'string' ? new URL(`data:text/javascript,${encodeURIComponent(script)}`) : script;
  // The process's own flags, such as loaders, are not meant for it.
  const worker = new threads.Worker(address, { execArgv: [] });
  worker.on('message', events.message);
  worker.on('error', (error) => events.died(String(error)));
  worker.on('exit', (code) => events.died(`it ended with exit code ${code}`));
  return {
    // Node's own type of port has the name of the web's.
    post: (message, transfer) => worker.postMessage(message, transfer as unknown as TransferListItem[]),
    terminate: () => {
      worker.removeAllListeners().on('error', () => {});
      worker.terminate();
    },
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
  };
}

function startWebWorker(script: URL | string, events: ThreadEvents): Thread {
  const worker = openWebWorker(script);
  worker.onmessage = (event) => events.message(event.data);
  worker.onmessageerror = () => events.died('it could not read a message');
  worker.onerror = (event) => {
    event.preventDefault?.();
    events.died(event.message || 'its script is missing, or worker-src of the Content-Security-Policy forbids it');
  };
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
    hold: () => {},
  };
}

/** Of sources that were needed before. */
const addresses = new Map<string, string>();

/**
 * The own origin's script is opened directly, which the strictest policy allows. Another origin's is not allowed at
 * all, but a script of ours that imports it is.
 */
function openWebWorker(script: URL | string): Worker {
  if (typeof script !== 'string' && (script.origin === globalThis.location?.origin || script.protocol === 'blob:')) {
    return new Worker(script, { type: 'module' });
  }
  const source = typeof script === 'string' ? script : `import ${JSON.stringify(script.href)};`;
  const address = addresses.get(source) ?? URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  addresses.set(source, address);
  // In a page from a file, the browser takes modules from nowhere; a script with its source inside need be none.
  return new Worker(address, { type: typeof script === 'string' ? 'classic' : 'module' });
}
