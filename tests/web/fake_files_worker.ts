import { ownPort } from '../../web/src/worker/port.js';
import { serveFiles } from '../../web/src/worker/serve_files.js';
import { createFakeFiles } from './fake_files.js';

serveFiles(ownPort(), async (options) => {
  options.instantiateWasm({}, () => {});
  return createFakeFiles();
});
