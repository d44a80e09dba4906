/** A share as people read it. */
export function percent(share: number | null | undefined): string {
  return share == null ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** Four digits, and no more of them than the number has. */
export function number(value: number | null | undefined): string {
  return value == null ? '–' : String(Number(value.toPrecision(4)));
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
