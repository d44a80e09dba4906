// The page as it will be published some day: one sentence of it is another one.
import { mergeConfig, type Plugin } from 'vite';
import demo from '../../demo/vite.config.js';

const anotherSentence: Plugin = {
  name: 'another sentence',
  transform: (code, id) =>
    id.endsWith('/texts/site.ts')
      ? code.replace('Everything runs in this page', 'All of it runs in this page')
      : undefined,
};

export default mergeConfig(demo, { plugins: [anotherSentence] });
