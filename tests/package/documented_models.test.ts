// The pages on where models come from: their lines of JavaScript run as they stand, on files that the frameworks made, and
// their lines of Python are those of the script that made the files.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { close, load } from '../../dist/index.js';
import { root, run } from './packed.js';

const docs = path.join(root, 'docs');
const pages = (await readdir(docs)).filter((name) => /^from_\w+\.md$/.test(name));
const exported: { name: string; onnx: string }[] = JSON.parse(
  await readFile(path.join(root, 'tests/package/exported_models.json'), 'utf8'),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mlsec-docs-'));
});
afterAll(async () => {
  close();
  await rm(folder, { recursive: true });
});

/** Puts the model where the lines look for it. */
async function writeModel(name: string, file: string): Promise<void> {
  const found = exported.find((each) => each.name === name);
  if (found) return writeFile(path.join(folder, file), Buffer.from(found.onnx, 'base64'));
  const model = await load(name);
  const { json, weights } = await model.save('tfjs');
  await writeFile(path.join(folder, file), json);
  await writeFile(path.join(folder, 'weights.bin'), weights);
}

it('there is a page for each framework', () => {
  expect(pages.sort()).toEqual(['from_keras.md', 'from_pytorch.md', 'from_scikit_learn.md', 'from_tensorflow_js.md']);
});

describe.each(pages)('%s', (page) => {
  it('has lines of JavaScript that run', async () => {
    const text = await readFile(path.join(docs, page), 'utf8');
    const [, name = '', file = '', lines = ''] =
      /<!-- runs with "(.*)" as (\S+) -->\n```js\n([\s\S]*?)```/.exec(text) ?? [];
    await writeModel(name, file);
    const program = path.join(folder, `${page}.mjs`);
    const entry = pathToFileURL(path.join(root, 'dist/index.js')).href;
    const shown = 'console.log(JSON.stringify({ warnings: model.info.warnings, success }));';
    await writeFile(program, `${lines.replace("'mlsec'", `'${entry}'`)}\n${shown}\n`);
    const { stdout } = await run(process.execPath, [program], { cwd: folder });
    const { success } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(success).toContain(true);
  });

  it('has lines of Python that made a file', async () => {
    const text = await readFile(path.join(docs, page), 'utf8');
    const script = await readFile(path.join(root, 'tests/oracles/exported_models.py'), 'utf8');
    const known = new Set(script.split('\n').map((line) => line.trim()));
    for (const [, block = ''] of text.matchAll(/```python\n([\s\S]*?)```/g)) {
      // But for the place to which it is saved.
      const lines = block.split('\n').filter((line) => line.trim() && !line.startsWith('Path('));
      for (const line of lines) expect(known).toContain(line.trim());
    }
  });
});
