import type { AttackDescription, UniversalDescription, ValueDescription } from '../catalog.js';
import type { Flag } from './flags.js';

export const overview = `mlsec: machine-learning security on your own machine

  mlsec attack --model MODEL --data DATA --method METHOD [options]
      look for small changes that make the model fail
  mlsec evaluate --model MODEL --data DATA --attacks METHOD,… --epsilons X,… [options]
      how accurate the model stays under several attacks
  mlsec universal --model MODEL --data DATA --method METHOD [options]
      one perturbation or patch that makes it fail on most inputs
  mlsec predict --model MODEL --data DATA [options]
      what the model says of each sample
  mlsec train --data DATA --architecture ARCHITECTURE [--adversarial METHOD] [options]
      a network of your own, hardened if you like
  mlsec catalog [--json]
      every model, attack and option
  mlsec COMMAND --help, mlsec attack --method METHOD --help
      the options of a command or an attack
  mlsec --version

For example: mlsec attack --model mnist-cnn --data mnist --method pgd --norm linf --epsilon 0.1 --samples 200
`;

/** One line or two for each flag. */
export function describeFlags(flags: readonly Flag[]): string {
  return flags
    .map(({ name, value, summary, fallback }) => {
      const head = value.type === 'boolean' ? `--${name}, --no-${name}` : `--${name} ${placeholder(value)}`;
      const notes = [range(value), fallback === undefined ? '' : `default: ${fallback}`].filter(Boolean).join('; ');
      return `  ${head}\n      ${summary}${notes ? ` [${notes}]` : ''}\n`;
    })
    .join('');
}

export function describeAttack({ id, name, summary, paper, traits }: AttackDescription | UniversalDescription): string {
  const lines = [
    `${id}: ${name}`,
    `  ${summary}`,
    `  ${[...(traits.norms.length > 0 ? [`norms ${traits.norms.join(', ')}`] : []), `needs ${traits.needs}`, traits.targeted ? 'targeted or not' : 'not targeted', traits.goal].join('; ')}`,
  ];
  if (paper) lines.push(`  ${paper.authors} (${paper.year}), ${paper.title}, ${paper.reference}`);
  return `${lines.join('\n')}\n`;
}

function placeholder({ type, values, item }: ValueDescription): string {
  if (values) return values.join('|');
  if (type === 'list' && item) return `${placeholder(item)},…`;
  return { integer: 'N', number: 'X', array: 'X,…', method: 'METHOD', model: 'MODEL' }[type as string] ?? 'TEXT';
}

function range({ minimum, maximum, item }: ValueDescription): string {
  if (item) return range(item);
  const upper = maximum !== undefined && maximum < 1e9 ? String(maximum) : undefined;
  if (minimum !== undefined && upper !== undefined) return `${minimum} to ${upper}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return upper === undefined ? '' : `at most ${upper}`;
}
