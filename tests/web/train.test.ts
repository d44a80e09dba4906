// Training around a core that only pretends: what becomes of its news, its messages and its errors.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { close, configure, diagnostics, type MlsecError, Trainer, train } from '../../web/src/index.js';
import { useFakeCore } from './fake.js';

beforeAll(() => useFakeCore());
afterEach(() => configure({ workers: 1 }));
afterAll(close);

const dataset = { inputs: { data: new Float32Array(8), shape: [4, 2] }, labels: [0, 1, 0, 1] };
const architecture = { input: [2], layers: [] };

/** Options of the fake core's trainings, which no type knows. */
const fakeOptions = (options: Record<string, unknown>): object => options;

const failureOf = (promise: Promise<unknown>): Promise<MlsecError> =>
  promise.then(
    () => expect.fail('it resolved'),
    (error) => error,
  );

describe.each([1, 2, 3])('with %i workers', (workers) => {
  it('tells of batches, epochs and checkpoints once, in their order', async () => {
    const news: string[] = [];
    const model = await train(architecture, dataset, {
      ...fakeOptions({ epochs: 3 }),
      workers,
      onBatch: ({ batch }) => news.push(`batch ${batch}`),
      onEpoch: ({ epoch }) => news.push(`epoch ${epoch}`),
      onCheckpoint: ([number]) => news.push(`checkpoint ${number}`),
      onProgress: ({ done, total }) => news.push(`${done} of ${total}`),
    });
    const expected = [1, 2, 3].flatMap((n) => [`batch ${n}`, `epoch ${n}`, `checkpoint ${n}`, `${n} of 3`]);
    expect(news).toEqual(expected);
    expect(model.history).toHaveLength(3);
    model.dispose();
  });

  it('stops early and keeps what it has', async () => {
    const stop = new AbortController();
    const model = await train(architecture, dataset, {
      ...fakeOptions({ epochs: 1e6 }),
      workers,
      stop: stop.signal,
      onEpoch: () => stop.abort(),
    });
    expect(model.info.output.classes).toBe(2);
    model.dispose();
  });

  it('says where it diverged, with the last checkpoint', async () => {
    const error = await failureOf(train(architecture, dataset, { ...fakeOptions({ diverges: 3 }), workers }));
    expect(error).toMatchObject({ code: 'not-finite', field: 'learningRate', checkpoint: Uint8Array.of(2) });
  });

  it('offers the last checkpoint where a worker is lost', async () => {
    const resumed = Uint8Array.of(7);
    const options = { ...fakeOptions({ trap: true }), workers, checkpoint: resumed };
    const error = await failureOf(train(architecture, dataset, options));
    expect(error).toMatchObject({ code: 'instance-lost', checkpoint: resumed });
  });
});

it('uses as many workers as are configured, and ends them', async () => {
  configure({ workers: 2 });
  await train(architecture, dataset, fakeOptions({ epochs: 2 }));
  expect((await diagnostics()).liveHandles.length).toBeLessThanOrEqual(2);
});

it.each([0, 1.5, 65])('refuses %d workers', async (workers) => {
  const error = await failureOf(train(architecture, dataset, { workers }));
  expect(error).toMatchObject({ code: 'out-of-range', field: 'workers' });
});

it.each([
  ['stop', 1],
  ['checkpoint', [1, 2]],
  ['onBatch', 'yes'],
  ['validation', 3],
])('refuses %s of the wrong type by name', async (field, value) => {
  const error = await failureOf(train(architecture, dataset, { [field]: value }));
  expect(error).toMatchObject({ code: 'wrong-type', field });
});

it('refuses an architecture of an unknown name', async () => {
  const error = await failureOf(train('alexnet' as never, dataset));
  expect(error).toMatchObject({ code: 'unknown-name', field: 'architecture' });
});

describe('Trainer', () => {
  it('goes step by step', async () => {
    const trainer = await Trainer.create(architecture, dataset, fakeOptions({ epochs: 5 }));
    expect(await trainer.step(2)).toMatchObject({ batches: [{ batch: 1 }, { batch: 2 }], done: 2, total: 5 });
    expect(await trainer.checkpoint()).toEqual(Uint8Array.of(2));
    expect((await trainer.model()).history).toHaveLength(2);
    expect((await trainer.step(100)).done).toBe(5);
    trainer.dispose();
  });

  it('gives and takes parameters and gradients', async () => {
    const trainer = await Trainer.create(architecture, dataset);
    const numbers = Float32Array.of(1, 2, 3, 4);
    await trainer.setParameters([numbers.subarray(0, 1), { name: 'rest', shape: [3], data: numbers.subarray(1) }]);
    expect(await trainer.parameters()).toEqual([{ name: 'parameters', shape: [4], data: numbers }]);
    await trainer.applyGradient(await trainer.gradient());
    trainer.dispose();
  });

  it('names what is wrong', async () => {
    const trainer = await Trainer.create(architecture, dataset);
    expect(() => trainer.step(0)).toThrow(expect.objectContaining({ field: 'batches' }));
    expect(await failureOf(trainer.setParameters([[1] as never]))).toMatchObject({ field: 'parameters[0]' });
    trainer.dispose();
    trainer.dispose();
    expect(await failureOf(trainer.parameters())).toMatchObject({ code: 'disposed', field: 'trainer' });
  });

  it('is lost with its worker, and says so', async () => {
    const trainer = await Trainer.create(architecture, dataset, fakeOptions({ trap: true }));
    expect(await failureOf(trainer.step())).toMatchObject({ code: 'instance-lost' });
    expect(await failureOf(trainer.step())).toMatchObject({ code: 'instance-lost', field: 'trainer' });
    trainer.dispose();
  });

  it('survives the aborting of a step', async () => {
    const trainer = await Trainer.create(architecture, dataset, fakeOptions({ epochs: 1000 }));
    const step = trainer.step(1000, { signal: AbortSignal.timeout(20) });
    await expect(step).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await trainer.step(1)).batches).toHaveLength(1);
    trainer.dispose();
  });
});
