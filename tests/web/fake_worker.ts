import { ownPort } from '../../web/src/worker/port.js';
import { serve } from '../../web/src/worker/serve.js';
import { createFakeCore } from './fake_core.js';

// The module is empty; it only has to be one.
serve(ownPort(), async (options) => {
  options.instantiateWasm({}, () => {});
  return createFakeCore();
});
