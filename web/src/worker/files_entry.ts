// The script of the workers that read files; tools/build_package.mjs puts the generated JavaScript of their module inside.
import createFiles from 'mlsec:core';
import type { CreateFiles } from '../core/binding.js';
import { ownPort } from './port.js';
import { serveFiles } from './serve_files.js';

serveFiles(ownPort(), createFiles as unknown as CreateFiles);
