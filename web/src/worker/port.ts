import type { FromWorker, ToWorker } from '../protocol.js';
import type { Port } from './serve.js';

type NodeWorkerThreads = typeof import('node:worker_threads');

/** The port of the worker this runs in, a Web Worker or a Node thread. */
export function ownPort(): Port {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads') as NodeWorkerThreads | undefined;
  const parent = threads?.parentPort;
  if (parent) {
    // The core's generated code looks at its own address, though it has no use for it here.
    Object.assign(globalThis, { self: { location: { href: '' } } });
    return {
      post: (message, transfer) => parent.postMessage(message, transfer),
      listen: (receive) => parent.on('message', receive),
      nextTurn: (callback) => setImmediate(callback),
    };
  }
  // Timers are clamped to 4 ms in browsers when nested; a message to oneself is not.
  const channel = new MessageChannel();
  let next: () => void;
  channel.port1.onmessage = () => next();
  const scope = self as unknown as {
    postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
    onmessage: (event: { data: ToWorker }) => void;
  };
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (receive) => {
      scope.onmessage = (event) => receive(event.data);
    },
    nextTurn: (callback) => {
      next = callback;
      channel.port2.postMessage(0);
    },
  };
}
