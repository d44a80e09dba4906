import { afterAll, beforeEach, expect, it } from 'vitest';
import { attack, close, configure, diagnostics, modelFrom, train } from '../../web/src/index.js';
import { errorOf, fakeInputs, fakeOptions, loadFake, useFakeCore } from './fake.js';

beforeEach(() => useFakeCore());
afterAll(close);

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Aborts a call after a while; gives what it rejected with and how long that took. */
async function abortAfter(milliseconds: number, call: (signal: AbortSignal) => Promise<unknown>) {
  const controller = new AbortController();
  const outcome = errorOf(call(controller.signal));
  await wait(milliseconds);
  const reason = new Error('enough');
  const begin = performance.now();
  controller.abort(reason);
  const error = await outcome;
  return { same: error === (reason as unknown), took: performance.now() - begin };
}

it.each(['endless', 'spin'])('an aborted call rejects at once and the next works (%s)', async (method) => {
  const model = await loadFake();
  const { same, took } = await abortAfter(100, (signal) =>
    attack(model, fakeInputs(3), fakeOptions({ method, signal })),
  );
  expect(same).toBe(true);
  expect(took).toBeLessThan(50);
  const begin = performance.now();
  expect((await model.predict(fakeInputs(3))).labels.length).toBe(3);
  // The one that spins for two seconds has been replaced.
  expect(performance.now() - begin).toBeLessThan(1500);
});

it('an aborted call leaves no handles', async () => {
  const model = await loadFake();
  await abortAfter(100, (signal) => attack(model, fakeInputs(3), fakeOptions({ method: 'endless', signal })));
  await wait(100);
  expect(await diagnostics()).toEqual({ liveHandles: [1] });
});

it('another call on a worker that is replaced is done again', async () => {
  const model = await loadFake();
  let other: Promise<{ success: boolean[] }> | undefined;
  await abortAfter(100, (signal) => {
    const spinning = attack(model, fakeInputs(3), fakeOptions({ method: 'spin', signal }));
    other = attack(model, fakeInputs(5), fakeOptions({ method: 'shift' }));
    return spinning;
  });
  expect((await other)?.success.length).toBe(5);
});

it('a signal that is already aborted stops everything before it begins', async () => {
  close();
  configure({ wasmBinary: new Uint8Array(1) });
  const signal = AbortSignal.abort('no');
  await expect(attack({} as never, [], fakeOptions({ method: 'shift', signal }))).rejects.toMatchObject({
    field: 'model',
  });
  useFakeCore();
  const model = await loadFake();
  close();
  await expect(model.predict(fakeInputs(1), { signal })).rejects.toBe('no');
  await expect(attack(model, fakeInputs(1), fakeOptions({ method: 'shift', signal }))).rejects.toBe('no');
  await expect(train({ input: [2], layers: [] }, { inputs: fakeInputs(1), labels: [0] }, { signal })).rejects.toBe(
    'no',
  );
  expect(await diagnostics()).toEqual({ liveHandles: [] });
});

it('a callback that never answers can be aborted', async () => {
  const model = await modelFrom(() => new Promise(() => {}), { shape: [2], classes: 2 });
  for (const call of [
    (signal: AbortSignal) => attack(model, fakeInputs(3), fakeOptions({ method: 'shift', signal })),
    (signal: AbortSignal) => model.predict(fakeInputs(3), { signal }),
  ]) {
    const { same, took } = await abortAfter(100, call);
    expect(same).toBe(true);
    expect(took).toBeLessThan(50);
  }
});

it('training can be aborted', async () => {
  const dataset = { inputs: fakeInputs(2), labels: [0, 1] };
  const { same, took } = await abortAfter(100, (signal) =>
    train({ input: [2], layers: [] }, dataset, fakeOptions({ epochs: 1e6, signal })),
  );
  expect(same).toBe(true);
  expect(took).toBeLessThan(50);
});
