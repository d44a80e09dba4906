import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** A folder with the built package in dist/: by default this project's own. */
const packageFolder = path.resolve(process.env.MLSEC_PACKAGE ?? path.join(import.meta.dirname, '..'));

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Vite's development server puts styles into the page itself, which the policy forbids: only what is built has it. */
const strictPolicy: Plugin = {
  name: 'content security policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
  ],
};

/** The core is wanted last, after scripts and a model, and is the largest: the browser may begin with it at once. */
const earlyCore: Plugin = {
  name: 'early core',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {}, filename }) =>
      Object.keys(bundle)
        .filter((name) => filename.endsWith('index.html') && /core-simd.*\.wasm$/.test(name))
        .map((name) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'fetch', crossorigin: true, href: `./${name}` },
          injectTo: 'head',
        })),
  },
};

const serviceWorker = 'service_worker.js';

/** Tells the service worker which files to keep: all but those of a build of the core that the page does not use. */
const offline: Plugin = {
  name: 'offline',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const publicFolder = path.join(import.meta.dirname, 'public');
      const named = readdirSync(publicFolder);
      const names = Object.keys(bundle).filter((name) => !/-relaxed/.test(name));
      const digest = createHash('sha256');
      for (const name of named) digest.update(readFileSync(path.join(publicFolder, name)));
      for (const file of Object.values(bundle)) digest.update('code' in file ? file.code : file.source);
      const build = {
        version: digest.digest('hex').slice(0, 16),
        pages: names.filter((name) => name.endsWith('.html')).map((name) => (name === 'index.html' ? './' : name)),
        named,
        assets: names.filter((name) => name.startsWith('assets/')),
      };
      const script = bundle[serviceWorker];
      if (script?.type === 'chunk') script.code = `const build=${JSON.stringify(build)};\n${script.code}`;
    },
  },
};

/** Components of the examples, compiled by the frameworks themselves. */
const frameworks: Plugin = {
  name: 'frameworks',
  async transform(code, id) {
    if (id.endsWith('.svelte')) {
      const { compile } = await import('svelte/compiler');
      return { code: compile(code, { filename: id, generate: 'client', css: 'injected' }).js.code, moduleType: 'js' };
    }
    if (id.endsWith('.vue')) {
      const { compileScript, parse } = await import('vue/compiler-sfc');
      const { descriptor } = parse(code, { filename: id });
      const isCustomElement = (tag: string) => tag.startsWith('mlsec-');
      const options = { id, inlineTemplate: true, templateOptions: { compilerOptions: { isCustomElement } } };
      return { code: compileScript(descriptor, options).content, moduleType: 'js' };
    }
    return undefined;
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  resolve: {
    alias: [
      { find: /^mlsec$/, replacement: `${packageFolder}/dist/index.js` },
      { find: /^mlsec\/element$/, replacement: `${packageFolder}/dist/element.js` },
      { find: /^mlsec\/catalog$/, replacement: `${packageFolder}/dist/catalog.js` },
      { find: /^mlsec\/evaluate$/, replacement: `${packageFolder}/dist/evaluate.js` },
    ],
  },
  server: { fs: { allow: ['..', packageFolder] } },
  build: {
    target: 'es2022',
    // These know light-dark().
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    // The policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'examples.html', 'src/offline/service_worker.ts'].map((name) =>
        path.join(import.meta.dirname, name),
      ),
      output: {
        // A service worker sees what lies beside and below it, and is looked for under the same name ever after.
        entryFileNames: ({ name }) => (`${name}.js` === serviceWorker ? serviceWorker : 'assets/[name]-[hash].js'),
        // The package apart from the page: it changes less often, and each has a budget of its own. Evaluation is fetched
        // when something is to be measured.
        codeSplitting: {
          groups: [
            {
              name: 'mlsec',
              test: (id) => id.startsWith(`${packageFolder}/dist/`) && !/\/dist\/(evaluate|element)\.js$/.test(id),
            },
          ],
        },
      },
    },
  },
  plugins: [strictPolicy, earlyCore, frameworks, offline],
});
