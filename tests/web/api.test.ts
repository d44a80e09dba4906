import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { attack, catalog, close, configure, diagnostics, MlsecError, modelFrom, train } from '../../web/src/index.js';
import { errorOf, fakeInputs, fakeOptions, loadFake, useFakeCore } from './fake.js';

beforeEach(() => useFakeCore());
afterAll(close);

describe('load and predict', () => {
  it('says what a model is', async () => {
    const model = await loadFake();
    expect(model.info.name).toBe('fake');
    expect(model.info.output.classes).toBe(2);
  });

  it('answers any number of samples in order', async () => {
    const model = await loadFake();
    const { labels, logits } = await model.predict(fakeInputs(100));
    expect(labels).toBeInstanceOf(Int32Array);
    expect([...labels]).toEqual(Array.from({ length: 100 }, (_, index) => index % 2));
    expect(logits.length).toBe(200);
  });

  it('takes bytes, blobs and lists of numbers', async () => {
    const model = await loadFake();
    const expected = [1, 0];
    for (const inputs of [
      { data: Uint8Array.from([0, 255, 255, 0]), shape: [2, 2] },
      Float32Array.from([0, 1, 1, 0]),
      [0, 1, 1, 0],
      [
        [0, 1],
        [1, 0],
      ],
      { inputs: { data: [0, 1, 1, 0], shape: [2, 2] } },
    ]) {
      expect([...(await model.predict(inputs)).labels]).toEqual(expected);
    }
  });

  it('saves what loads again', async () => {
    const model = await loadFake();
    const bytes = await model.save('onnx');
    expect(new TextDecoder().decode(bytes)).toContain('weights');
  });
});

describe('attack', () => {
  it('gives plain arrays and a summary', async () => {
    const model = await loadFake();
    const inputs = fakeInputs(10);
    const labels = Int32Array.from({ length: 10 }, (_, index) => (index < 4 ? (index + 1) % 2 : index % 2));
    const result = await attack(model, inputs, fakeOptions({ method: 'shift', labels, epsilon: 0.5 }));
    expect(result.adversarials.shape).toEqual([10, 2]);
    expect(result.success).toEqual([false, false, false, false, true, true, true, true, true, true]);
    expect(result.distances.linf).toBeInstanceOf(Float64Array);
    expect(result.targets).toBeNull();
    expect(result.labelsFromModel).toBe(false);
    expect(result.summary).toEqual({
      cleanAccuracy: 0.6,
      robustAccuracy: 0,
      successRate: 1,
      meanDistance: { l0: 0.5, l1: 1, l2: 1.5, linf: 2 },
      queries: 2,
      gradients: 1,
    });
  });

  it('takes the labels of a data set, unless options say others', async () => {
    const model = await loadFake();
    const dataset = { inputs: fakeInputs(2), labels: [1, 1] };
    const result = await attack(model, dataset, fakeOptions({ method: 'shift' }));
    expect([...result.labels]).toEqual([1, 1]);
    const other = await attack(model, dataset, fakeOptions({ method: 'shift', labels: [0, 1] }));
    expect([...other.labels]).toEqual([0, 1]);
  });

  it('has null where there is nothing to average', async () => {
    const model = await loadFake();
    const { summary } = await attack(model, fakeInputs(1), fakeOptions({ method: 'shift', labels: [1] }));
    expect(summary.successRate).toBeNull();
    expect(summary.meanDistance.l2).toBeNull();
    expect(JSON.stringify(summary)).not.toContain('NaN');
  });

  it.each([1, 2, 31, 32, 33, 100])('gives the same bytes with one and three workers for %i samples', async (rows) => {
    const once = async (workers: number) => {
      configure({ workers });
      return attack(await loadFake(), fakeInputs(rows), fakeOptions({ method: 'shift' }));
    };
    const [one, three] = [await once(1), await once(3)];
    expect(three.adversarials).toEqual(one.adversarials);
    expect(three.status).toEqual(one.status);
  });

  it('reports progress up to the end', async () => {
    const model = await loadFake();
    const seen: number[] = [];
    await attack(
      model,
      fakeInputs(70),
      fakeOptions({ method: 'shift', onProgress: (progress: { done: number }) => seen.push(progress.done) }),
    );
    expect(seen.at(-1)).toBe(70);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('ends with the error of a progress handler', async () => {
    const model = await loadFake();
    const onProgress = () => {
      throw new Error('mine');
    };
    const error = await errorOf(attack(model, fakeInputs(70), fakeOptions({ method: 'shift', onProgress })));
    expect(error.message).toBe('mine');
    expect((await model.predict(fakeInputs(2))).labels.length).toBe(2);
  });

  it('sends models in options along', async () => {
    const [model, surrogate] = [await loadFake(), await loadFake()];
    const result = await attack(model, fakeInputs(2), fakeOptions({ method: 'shift', surrogate }));
    expect(result.status.length).toBe(2);
    surrogate.dispose();
    const error = await errorOf(attack(model, fakeInputs(2), fakeOptions({ method: 'shift', surrogate })));
    expect(error).toMatchObject({ code: 'disposed', field: 'surrogate' });
  });

  it('does not let one call wait for another', async () => {
    const model = await loadFake();
    const controller = new AbortController();
    const { signal } = controller;
    const endless = errorOf(attack(model, fakeInputs(4), fakeOptions({ method: 'endless', signal })));
    const short = await attack(model, fakeInputs(4), fakeOptions({ method: 'shift' }));
    expect(short.success.length).toBe(4);
    controller.abort();
    await endless;
  });
});

describe('train', () => {
  it('gives a model with its history', async () => {
    const epochs: number[] = [];
    const dataset = { inputs: { data: new Uint8Array(20), shape: [10, 2] }, labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] };
    const model = await train(
      { input: [2], layers: [] },
      dataset,
      fakeOptions({ epochs: 3, onEpoch: ({ epoch }: { epoch: number }) => epochs.push(epoch) }),
    );
    expect(epochs).toEqual([1, 2, 3]);
    expect(model.history?.length).toBe(3);
    expect((await model.predict(fakeInputs(3))).labels.length).toBe(3);
  });

  it('says that a lost training is lost', async () => {
    const dataset = { inputs: { data: new Uint8Array(4), shape: [2, 2] }, labels: [0, 1] };
    const error = await errorOf(train(fakeOptions({}), dataset, fakeOptions({ trap: true })));
    expect(error.code).toBe('instance-lost');
  });

  it('refuses labels that are no whole numbers', async () => {
    const dataset = { inputs: { data: new Uint8Array(4), shape: [2, 2] }, labels: [0, 0.5] };
    expect(await errorOf(train(fakeOptions({}), dataset))).toMatchObject({ code: 'wrong-type', field: 'labels[1]' });
  });
});

describe('handles', () => {
  it('are all given back', async () => {
    const models = await Promise.all([loadFake(), loadFake(), modelFrom(() => [0, 0], { shape: [2], classes: 2 })]);
    for (const model of models.slice(0, 2)) await attack(model, fakeInputs(5), fakeOptions({ method: 'shift' }));
    await errorOf(attack(models[0] as never, fakeInputs(5), fakeOptions({ method: 'shift', epsilon: -1 })));
    expect(await diagnostics()).toEqual({ liveHandles: [3] });
    for (const model of models) model.dispose();
    expect(await diagnostics()).toEqual({ liveHandles: [0] });
  });

  it('of a model disposed during a call go when the call ends', async () => {
    const model = await loadFake();
    const running = attack(model, fakeInputs(64), fakeOptions({ method: 'shift', milliseconds: 1 }));
    model.dispose();
    expect((await running).success.length).toBe(64);
    expect(await diagnostics()).toEqual({ liveHandles: [0] });
  });

  it('cannot be used after dispose, which may be called twice', async () => {
    const model = await loadFake();
    model.dispose();
    model.dispose();
    expect(await errorOf(model.predict(fakeInputs(1)))).toMatchObject({ code: 'disposed' });
    expect(await errorOf(attack(model, fakeInputs(1), fakeOptions({ method: 'shift' })))).toBeInstanceOf(MlsecError);
  });

  it('work with the using declaration', async () => {
    {
      using model = await loadFake();
      expect(model.info.name).toBe('fake');
    }
    expect(await diagnostics()).toEqual({ liveHandles: [0] });
  });

  it('survive close()', async () => {
    const model = await loadFake();
    close();
    expect((await model.predict(fakeInputs(2))).labels.length).toBe(2);
  });
});

it('close() ends calls under way', async () => {
  const model = await loadFake();
  const running = errorOf(attack(model, fakeInputs(2), fakeOptions({ method: 'endless' })));
  close();
  expect((await running).code).toBe('aborted');
});

it('the catalogue lists attacks and their options', async () => {
  const pgd = (await catalog()).attacks.find(({ id }) => id === 'pgd');
  expect(pgd?.options.map(({ name }) => name)).toContain('epsilon');
});
