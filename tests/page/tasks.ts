// How long the page's own thread is busy at a stretch, and other things that take time.
import type { Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds that the thread had the processor. */
  tdur?: number;
  args?: { name?: string };
}

/**
 * The longest task of the page's own thread while something is done, in milliseconds of the processor: what else the
 * machine does meanwhile is not counted.
 */
export async function longestTask(page: Page, work: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser.');
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  );
  const tasks = traceEvents.filter(
    (event) => event.ph === 'X' && /RunTask$/.test(event.name) && pages.has(threadOf(event)),
  );
  if (tasks.length === 0) throw new Error('The trace has no tasks of the page.');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/**
 * The first of up to four attempts that is good, or else the last: other programs on the machine may take the processor
 * or what it has cached, but not every time.
 */
export async function attempt<T>(make: () => Promise<T>, good: (result: T) => boolean): Promise<T> {
  let result = await make();
  for (let attempts = 1; attempts < 4 && !good(result); attempts++) result = await make();
  return result;
}
