/** A share in whole percent, never rounded to a certainty that it is not. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '>99\u00a0%';
  if (rounded === 0 && share > 0) return '<1\u00a0%';
  return `${rounded}\u00a0%`;
}

/** A number to three digits, without noise. */
export function short(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(3)).toString();
}

/** A time as one reads it off a watch. */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))}\u00a0ms` : `${seconds.toFixed(1)}\u00a0s`;
}

/** The name of a class with its article: 'a 4', 'an 8'. */
export function withArticle(name: string): string {
  return `${/^(8|11$|18$|[aeiou])/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** A name from the catalogue in words: 'stepSize' becomes 'Step size'. */
export function spelledOut(name: string): string {
  return capitalised(name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase());
}

export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
