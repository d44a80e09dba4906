// The main thread does nothing for longer than 50 ms at a time, whatever a visitor does.
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { useSite, type Visit } from './site.js';

const visit = useSite();

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Time of the processor, in microseconds: others who compute beside the tests do not count. */
  tdur?: number;
  args?: { name?: string };
}

/** The longest task of the page's own thread while something is done, in milliseconds of the processor. */
async function longestTask({ page }: Visit, act: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser();
  await browser?.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await act();
  const trace = JSON.parse(String(await browser?.stopTracing())) as { traceEvents: TraceEvent[] };
  const mains = trace.traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const tasks = trace.traceEvents.filter(
    ({ name, pid, tid }) => /RunTask$/.test(name) && mains.some((main) => main.pid === pid && main.tid === tid),
  );
  expect(tasks.length).toBeGreaterThan(20);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

it('has no long tasks while sliders move, a way is played and a large picture is opened', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=4&attack=pgd&o.epsilon=0.1');
  const { page } = visitor;
  await visitor.settled();
  await page.waitForLoadState('networkidle');
  const sliding = await longestTask(visitor, async () => {
    for (let step = 0; step < 20; step++) await visitor.slide(step * 0.02);
    await visitor.settled();
  });
  const playing = await longestTask(visitor, async () => {
    await page.getByRole('button', { name: 'To the start' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Pause' }).click();
  });
  const [width, height] = [3000, 2000];
  const data = Uint8Array.from({ length: width * height }, (_, at) => (at % 251) + (at % 7 > 3 ? 1 : 0));
  const large = Buffer.from(encode({ width, height, data, channels: 1, depth: 8 }));
  await page.getByLabel('Your picture').check();
  await visitor.settled();
  const opening = await longestTask(visitor, async () => {
    await page.locator('#own-picture').setInputFiles({ name: 'large.png', mimeType: 'image/png', buffer: large });
    await page.getByText('large.png, 3000 × 2000 pixels').waitFor();
    await visitor.settled();
  });
  const figures = [sliding, playing, opening].map((figure) => figure.toFixed(1));
  console.log(
    `Longest tasks: sliding ${figures[0]} ms, playing ${figures[1]} ms, a picture of 6 megapixels ${figures[2]} ms.`,
  );
  expect(Math.max(sliding, playing, opening)).toBeLessThanOrEqual(50);
});
