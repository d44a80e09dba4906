import type { Progress } from '../index.js';

/** A line on the terminal that is written over and over, and wiped in the end. Silent where there is no terminal. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr) {
  const width = 30;
  let shown = 0;
  return {
    update({ done, total, fraction, secondsLeft }: Progress): void {
      if (!stream.isTTY || performance.now() - shown < 50) return;
      shown = performance.now();
      const full = Math.round(fraction * width);
      const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
      stream.write(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(width - full)} ${Math.floor(done)} of ${total}${left}`);
    },
    end(): void {
      if (shown > 0) stream.write('\r\x1b[K');
    },
  };
}
