import { catalog } from '../catalog.js';
import { flag, flagsOf, parseFlags } from './flags.js';
import { describeAttack, describeFlags } from './help.js';

export function catalogCommand(argv: readonly string[]): string {
  const flags = [
    flag('json', 'boolean', 'Print the catalogue as JSON.', 'false'),
    flag('help', 'boolean', 'Print this.'),
  ];
  const values = parseFlags(argv, flags);
  if (values.get('help')) return `mlsec catalog [--json]\n\n${describeFlags(flags)}`;
  const { models, attacks, attackOptions, universalAttacks, universalOptions, layers, trainOptions } = catalog();
  if (values.get('json')) return `${JSON.stringify(catalog(), null, 2)}\n`;
  const title = (text: string) => `${text}\n${'-'.repeat(text.length)}\n`;
  const options = (list: Parameters<typeof flagsOf>[0]) => describeFlags(flagsOf(list));
  return [
    title('Models') + models.map(({ id, summary }) => `${id}: ${summary}\n`).join(''),
    title('Attacks') + attacks.map((each) => `${describeAttack(each)}${options(each.options)}`).join('\n'),
    title('Options of every attack') + options(attackOptions),
    title('Attacks on sets') +
      universalAttacks.map((each) => `${describeAttack(each)}${options(each.options)}`).join('\n'),
    title('Options of every attack on a set') + options(universalOptions),
    title('Layers') + layers.map(({ id, summary, options: own }) => `${id}: ${summary}\n${options(own)}`).join('\n'),
    title('Options of training') + options(trainOptions),
  ].join('\n');
}
