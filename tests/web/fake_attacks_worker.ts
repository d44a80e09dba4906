// The worker of the pack of attacks.
import { ownPort } from '../../web/src/worker/port.js';
import { serve } from '../../web/src/worker/serve.js';
import { createFakeCore } from './fake_core.js';

serve(ownPort(), async (options) => {
  options.instantiateWasm({}, () => {});
  return createFakeCore('attacks');
});
