/**
 * Starts a call, aborts it after `patience` milliseconds, and says whether it rejects within 50 ms with the reason it
 * was given and `unharmed` holds afterwards; undefined if it had ended before. Up to five attempts, one of which must be
 * good: other programs on the machine may take the processor for longer than a call needs to stop, but not every time.
 */
import { expect } from 'vitest';

export async function stopsPromptly(
  patience: number,
  start: (signal: AbortSignal) => Promise<unknown>,
  unharmed = async () => true,
): Promise<boolean | undefined> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const controller = new AbortController();
    const running = start(controller.signal).then(
      () => 'ended',
      (reason) => reason,
    );
    await new Promise((resolve) => setTimeout(resolve, patience));
    const begin = performance.now();
    controller.abort('aborted by the test');
    const reason = await running;
    if (reason === 'ended') return undefined;
    expect(reason).toBe('aborted by the test');
    const prompt = performance.now() - begin < 50;
    if ((await unharmed()) && prompt) return true;
  }
  return false;
}
