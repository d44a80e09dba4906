/** Larger images are shown smaller than they are, or nearly, where sharp pixels would only make steps. */
const widestSharp = 128;

/** `<mlsec-pixel-image role="img" aria-label="…">` shows what its property `image` holds, small ones with sharp pixels. */
export class PixelImage extends (globalThis.HTMLElement ?? Object) {
  readonly #canvas = document.createElement('canvas');

  set image(image: ImageData | undefined) {
    if (!image) return;
    if (!this.#canvas.isConnected) this.append(this.#canvas);
    this.#canvas.classList.toggle('fine', Math.max(image.width, image.height) > widestSharp);
    // One that is higher than wide stands in a square.
    this.style.aspectRatio = String(Math.max(1, image.width / image.height));
    this.#canvas.width = image.width;
    this.#canvas.height = image.height;
    this.#canvas.getContext('2d')?.putImageData(image, 0, 0);
  }
}
