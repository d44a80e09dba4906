import { fail } from '../error.js';
import type { DatasetContent } from './content.js';
import { fromImages, type ImageOptions, type LabelledImage } from './from_images.js';
import type { ReadOptions } from './source.js';

export type FolderOptions = Pick<ImageOptions, 'grayscale' | 'classNames'> & ReadOptions;

const imageFile = /\.(png|jpe?g)$/i;

/** Classes are the names of the folders, sorted; images come in the order of classes and names. */
export async function fromFolder(path: string | URL, options: FolderOptions): Promise<DatasetContent> {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  const paths = globalThis.process?.getBuiltinModule?.('node:path');
  const urls = globalThis.process?.getBuiltinModule?.('node:url');
  if (!files || !paths || !urls) {
    return fail('unsupported', 'path', 'path: folders can be read in Node only; Dataset.fromImages takes images here.');
  }
  const { signal, classNames, grayscale } = options;
  const root = path instanceof URL ? urls.fileURLToPath(path) : path;
  const list = async (folder: string) => {
    try {
      const entries = await files.readdir(folder, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      return fail('load-failed', 'path', `path: the folder ${folder} could not be read: ${error}.`, error);
    }
  };
  const names = (await list(root)).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const classes = classNames ?? names.map(({ name }) => name);
  if (classes.length < 2) {
    fail('malformed', 'path', `path: ${root} must have a folder of images for each of two or more classes.`);
  }
  // Of its own, so that who reads no folders loads no decoders.
  const { decodeImage } = await import('./image_files.js');
  const decode = (bytes: Uint8Array, file: string) => {
    try {
      return decodeImage(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const code = error instanceof RangeError ? 'too-large' : 'malformed';
      return fail(code, 'path', `path: ${file} could not be decoded: ${reason}.`, error);
    }
  };
  const images: LabelledImage[] = [];
  for (const label of classes) {
    const folder = paths.join(root, label);
    for (const { name } of (await list(folder)).filter((entry) => imageFile.test(entry.name))) {
      signal?.throwIfAborted();
      const file = paths.join(folder, name);
      const image = decode(await files.readFile(file), file);
      const [first] = images;
      if (first && (first.image.width !== image.width || first.image.height !== image.height)) {
        fail(
          'shape-mismatch',
          'path',
          `path: ${file} is ${image.width} by ${image.height} pixels, those before are ${first.image.width} by ${first.image.height}.`,
        );
      }
      images.push({ image, label });
    }
  }
  if (images.length === 0) fail('malformed', 'path', `path: there are no PNG or JPEG files in the folders of ${root}.`);
  return fromImages(images, { classNames: classes, ...(grayscale === undefined ? {} : { grayscale }) });
}
