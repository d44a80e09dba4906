import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attack,
  close,
  configure,
  load,
  MlsecError,
  type Model,
  modelFrom,
  samples,
  train,
} from '../../web/src/index.js';
import { errorOf, fakeInputs, fakeOptions, loadFake, useFakeCore } from './fake.js';

let model: Model;
beforeAll(async () => {
  useFakeCore();
  model = await loadFake();
});
afterAll(close);

const any = (value: unknown) => value as never;
const with_ = (options: object) => attack(model, fakeInputs(40), fakeOptions({ method: 'shift', ...options }));

describe('each mistake gives one clear error that names the field', () => {
  it.each<[string, () => Promise<unknown>, string, string]>([
    ['no model', () => attack(any(undefined), fakeInputs(1), any({})), 'wrong-type', 'model'],
    ['no inputs', () => attack(model, any(undefined), any({ method: 'shift' })), 'wrong-type', 'inputs'],
    ['inputs of text', () => model.predict(any('text')), 'wrong-type', 'inputs'],
    ['inputs without shape', () => model.predict(any({ data: [1, 2] })), 'wrong-type', 'inputs'],
    ['text among numbers', () => model.predict(any([0.5, 'a'])), 'wrong-type', 'inputs[1]'],
    ['a list that is no whole sample', () => model.predict([0.5]), 'shape-mismatch', 'inputs'],
    ['samples of other lengths', () => model.predict([[0.5]]), 'shape-mismatch', 'inputs'],
    [
      'a shape that does not fit the data',
      () => model.predict({ data: [1, 2, 3], shape: [2, 2] }),
      'shape-mismatch',
      'inputs',
    ],
    [
      'a shape that does not fit the model',
      () => model.predict({ data: [1, 2, 3], shape: [1, 3] }),
      'shape-mismatch',
      'inputs',
    ],
    ['an empty batch', () => attack(model, [], any({ method: 'shift' })), 'shape-mismatch', 'inputs'],
    ['NaN', () => model.predict([0, Number.NaN]), 'not-finite', 'inputs'],
    ['values out of bounds', () => model.predict([0, 2]), 'out-of-range', 'inputs'],
    ['no options', () => attack(model, fakeInputs(1), any(undefined)), 'wrong-type', 'options'],
    ['a negative epsilon', () => with_({ epsilon: -1 }), 'out-of-range', 'epsilon'],
    ['a function as option', () => with_({ epsilon: () => 1 }), 'wrong-type', 'epsilon'],
    ['a function deep in an option', () => with_({ inner: { list: [() => 1] } }), 'wrong-type', 'inner.list[0]'],
    ['too few labels', () => with_({ labels: [0] }), 'shape-mismatch', 'labels'],
    ['too many targets', () => with_({ targets: new Int32Array(41) }), 'shape-mismatch', 'targets'],
    [
      'a label out of range in the second chunk',
      () => with_({ labels: Array(39).fill(0).concat(7) }),
      'out-of-range',
      'labels[39]',
    ],
    ['an error of a later chunk', () => with_({ method: 'fails-late' }), 'out-of-range', 'labels[33]'],
    ['a signal that is none', () => with_({ signal: {} }), 'wrong-type', 'signal'],
    ['a progress handler that is none', () => with_({ onProgress: 1 }), 'wrong-type', 'onProgress'],
    ['an unknown model', () => load('mnist-cn'), 'unknown-name', 'source'],
    ['a number as model', () => load(any(3)), 'wrong-type', 'source'],
    ['a missing file', () => load('./no/such/model.onnx'), 'load-failed', 'source'],
    ['an address that is none', () => load('http://['), 'load-failed', 'source'],
    ['random bytes', () => load(Uint8Array.from([1, 2, 3])), 'malformed', 'source'],
    ['a callback that is none', () => modelFrom(any({}), { shape: [2], classes: 2 }), 'wrong-type', 'answer'],
    ['a callback without specification', () => modelFrom(() => [], any(undefined)), 'wrong-type', 'specification'],
    ['a callback without shape', () => modelFrom(() => [], any({ classes: 2 })), 'wrong-type', 'shape'],
    ['no architecture', () => train(any(undefined), any({})), 'wrong-type', 'architecture'],
    ['no data set', () => train({ input: [2], layers: [] }, any(undefined)), 'wrong-type', 'dataset'],
    ['an unknown data set', () => samples(any('minst')), 'unknown-name', 'name'],
    ['an unknown format', () => model.save(any('hdf5')), 'unsupported', 'format'],
  ])('%s', async (_, call, code, field) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(MlsecError);
    expect(error).toMatchObject({ code, field });
    expect(error.message).toMatch(/^\S.*\.$/);
    expect(error.message).toContain(field.replace(/\[.*/, ''));
  });

  it.each<[string, unknown, string, string]>([
    ['an unknown setting', { worker: 1 }, 'unknown-option', 'worker'],
    ['no workers', { workers: 0 }, 'out-of-range', 'workers'],
    ['half a worker', { workers: 0.5 }, 'out-of-range', 'workers'],
    ['an address that is none', { wasmUrl: 1 }, 'wrong-type', 'wasmUrl'],
    ['another flavour', { flavour: 'fast' }, 'wrong-type', 'flavour'],
  ])('%s', (_, settings, code, field) => {
    expect(() => configure(any(settings))).toThrow(expect.objectContaining({ code, field }));
  });

  it('the next call works', async () => {
    expect((await model.predict(fakeInputs(1))).labels.length).toBe(1);
  });
});

describe('a core that fails', () => {
  it.each([1, 3])('once is replaced without anyone noticing, with %i workers', async (workers) => {
    configure({ workers });
    const counter = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const result = await with_({ counter });
    expect(result.adversarials).toEqual((await with_({})).adversarials);
    expect(counter[0]).toBeLessThan(0);
    configure({ workers: 1 });
  });

  it('twice on the same samples gives up and says so', async () => {
    const error = await errorOf(with_({ method: 'trap' }));
    expect(error).toMatchObject({ code: 'internal' });
    expect(error.message).toContain('report');
    expect((await model.predict(fakeInputs(1))).labels.length).toBe(1);
  });

  it('at the start of a job is replaced too', async () => {
    expect(await errorOf(with_({ method: 'refuses-start' }))).toMatchObject({ code: 'internal' });
    expect((await model.predict(fakeInputs(1))).labels.length).toBe(1);
  });

  it('cannot be loaded where the file is none', async () => {
    configure({ wasmBinary: new TextEncoder().encode('<!doctype html>') });
    expect(await errorOf(model.predict(fakeInputs(1)))).toMatchObject({ code: 'load-failed', field: 'wasmBinary' });
    useFakeCore({ workerUrl: 'build/tests/no_such_worker.mjs' });
    const error = await errorOf(model.predict(fakeInputs(1)));
    expect(error.code).toBe('load-failed');
    expect(error.message).toContain('no_such_worker.mjs');
    useFakeCore();
    expect((await model.predict(fakeInputs(1))).labels.length).toBe(1);
  });
});
