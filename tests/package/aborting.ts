import { expect } from 'vitest';
import { attempt } from '../attempt.js';

/**
 * Starts a call, aborts it after `patience` milliseconds, and says whether it rejects within 50 ms with the reason it
 * was given and `unharmed` holds afterwards, in one of several attempts; undefined if it had ended before.
 */
export function stopsPromptly(
  patience: number,
  start: (signal: AbortSignal) => Promise<unknown>,
  unharmed = async () => true,
): Promise<boolean | undefined> {
  const once = async () => {
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
    return (await unharmed()) && prompt;
  };
  return attempt(once, (prompt) => prompt !== false);
}
