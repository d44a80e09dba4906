// The package's command from a clone: builds what is missing, then runs dist/cli.js with the arguments.
import { ensureBuilt } from './build.mjs';

await ensureBuilt();
await import('../dist/cli.js');
