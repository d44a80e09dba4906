// Attacks that the core does not have run in the pack.
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { attack, close, configure, diagnostics } from '../../web/src/index.js';
import { errorOf, fakeInputs, fakeOptions, loadFake, useFakeCore, wasmBinary, workerUrl } from './fake.js';

vi.mock('../../web/src/generated/traits.js', async (original) => ({
  ...(await original<object>()),
  furtherMethods: ['elsewhere'],
  methodOptions: ['inner', 'stages'],
}));

beforeEach(() => {
  close();
  useFakeCore();
});
afterAll(close);

it.each([
  { method: 'elsewhere' },
  { method: 'shift', inner: 'elsewhere' },
  { method: 'shift', inner: { method: 'elsewhere', epsilon: 1 } },
  { method: 'shift', inner: { method: 'shift', inner: 'elsewhere' } },
  { method: 'shift', stages: ['shift', { method: 'elsewhere' }] },
])('%o', async (options) => {
  const model = await loadFake();
  const result = await attack(model, fakeInputs(70), fakeOptions(options));
  const same = await attack(model, fakeInputs(70), fakeOptions({ method: 'shift' }));
  expect(result.adversarials).toEqual(same.adversarials);
  // The model is in both workers, and in both it is forgotten.
  expect(await diagnostics()).toEqual({ liveHandles: [1, 1] });
  model.dispose();
  expect(await diagnostics()).toEqual({ liveHandles: [0, 0] });
});

it('loads the pack for no other attack', async () => {
  const model = await loadFake();
  await attack(model, fakeInputs(2), fakeOptions({ method: 'shift', inner: { method: 'shift' }, stages: ['shift'] }));
  expect(await diagnostics()).toEqual({ liveHandles: [1] });
});

it('says where it is missing', async () => {
  const missing = new URL('file:///nowhere.mjs');
  configure({ workerUrl, wasmBinary, packs: { 'attacks-simd': { wasmUrl: missing, workerUrl: missing } } });
  const error = await errorOf(attack(await loadFake(), fakeInputs(2), fakeOptions({ method: 'elsewhere' })));
  expect(error).toMatchObject({ code: 'load-failed', field: 'packs.attacks-simd' });
});
