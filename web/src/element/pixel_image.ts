/** `<mlsec-pixel-image role="img" aria-label="…">` shows what its property `image` holds, with sharp pixels. */
export class PixelImage extends (globalThis.HTMLElement ?? Object) {
  readonly #canvas = document.createElement('canvas');

  set image(image: ImageData | undefined) {
    if (!image) return;
    if (!this.#canvas.isConnected) this.append(this.#canvas);
    this.#canvas.width = image.width;
    this.#canvas.height = image.height;
    this.#canvas.getContext('2d')?.putImageData(image, 0, 0);
  }
}
