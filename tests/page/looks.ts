// What a page must be for everyone, whatever it shows.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What a screen reader says, line by line. */
export async function spokenLines(page: Page): Promise<string[]> {
  return (await page.locator('body').ariaSnapshot()).split('\n').map((line) => line.replace(/^\s*- '?/, ''));
}

/** Those lines that say what something is, but not what for. */
export function nameless(lines: readonly string[]): string[] {
  const roles =
    'radio|slider|combobox|button|spinbutton|checkbox|img|table|textbox|form|region|link|heading|progressbar|navigation';
  return lines.filter((line) => new RegExp(`^(${roles})(?! ")`).test(line));
}

/** Texts that do not stand out enough from what is behind them. */
export function poorContrast(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: number[]) => {
      const [red = 0, green = 0, blue = 0] = color.map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (element: Element | null): number[] => {
      if (!element) return [255, 255, 255];
      const [red = 0, green = 0, blue = 0, alpha = 1] = parse(getComputedStyle(element).backgroundColor);
      return alpha === 1 ? [red, green, blue] : backgroundOf(element.parentElement);
    };
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement as HTMLElement;
      const text = node.textContent?.trim();
      if (!text || !element.checkVisibility() || element.closest('.unseen, :disabled')) continue;
      if (element.closest('label')?.querySelector(':disabled')) continue;
      const [one, other] = [parse(getComputedStyle(element).color).slice(0, 3), backgroundOf(element)].map(luminance);
      const ratio = (Math.max(one ?? 0, other ?? 0) + 0.05) / (Math.min(one ?? 0, other ?? 0) + 0.05);
      if (ratio < 4.5) found.push(`${text}: ${ratio.toFixed(2)}`);
    }
    return found;
  });
}

/** What axe finds fault with, each with where it stands. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}
