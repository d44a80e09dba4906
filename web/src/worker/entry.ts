// The worker's script; tools/build_package.mjs makes one for each build of the core, whose generated JavaScript it holds.
import createCore from 'mlsec:core';
import { ownPort } from './port.js';
import { serve } from './serve.js';

serve(ownPort(), createCore);
