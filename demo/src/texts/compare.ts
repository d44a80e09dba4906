/** How many attacks fooled a network, of how many. */
interface Score {
  model: string;
  fooled: number;
  of: number;
}

const numbers = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** A name that no line ends within. */
function inOne(name: string): string {
  return name.replaceAll('-', '\u2011');
}

export const texts = {
  copied: 'The link to this comparison is copied.',
  stage: 'Comparison',
  controls: 'Image, attacks and limit',
  loading: 'Loading the networks …',
  working: 'The attacks are at work …',
  noSuchSample: (count: number) => `There are only ${count} images to choose from.`,
  /** Of several attacks, how many fooled each network. */
  verdict(scores: readonly Score[]): string {
    const [first] = scores;
    if (!first || first.of === 0) return '';
    const total = first.of === 1 ? 'the one attack' : `the ${numbers[first.of] ?? first.of} attacks`;
    const part = ({ model, fooled, of }: Score) =>
      `${fooled === of && of > 1 ? 'all' : (numbers[fooled] ?? fooled)} ${fooled <= 1 ? 'fools' : 'fool'} ${inOne(model)}`;
    const parts = scores.map(part);
    const last = parts.pop();
    return `Of ${total}, ${parts.length > 0 ? `${parts.join(', ')} and ${last}` : last}.`;
  },

  data: 'Images and networks',
  sample: 'Image',
  another: 'Another ten',
  norm: 'Norm',
  strength: 'How strong',
  add: 'Add an attack',
  addHelp: 'It becomes a row. Attacks that see only answers take a while.',
  choose: 'Choose …',
  remove: (name: string) => `Remove ${name}`,
  full: (most: number) => `${most} rows are as many as there may be.`,
  noAttacks: 'Add an attack, and every network is attacked by it.',
  stop: 'Stop',

  matrix: 'What each attack makes of the image, for each network',
  asItIs: 'As it is',
  outcomes: { fooled: '✓ fooled', beyond: '△ past ε', held: '✗ held', wrong: 'wrong already' },
  /** Of a cell's image, read out before what its network sees. */
  cell: (attack: string, model: string) => `${attack} on ${model}, seen as`,
  show: 'Show this image to all networks.',
  pending: 'not there yet',
  matrixHelp: 'Choose an image to show it to all networks, below.',

  transfer: 'One image, shown to all',
  transferOf: (attack: string, model: string) => `Made by ${attack} against ${model}`,
  noTransfer:
    'Nothing has fooled any network yet, so there is no image to show around. Choose one above, or give the attacks more room.',
  transferVerdict(label: string, fooled: readonly string[], others: readonly string[]): string {
    if (others.length === 0) return '';
    if (fooled.length === 0) return `No other network is taken in by it: all still see ${label}.`;
    if (fooled.length === others.length)
      return others.length === 1
        ? 'The other network is taken in by it, too.'
        : 'All other networks are taken in by it, too.';
    return `It also takes in ${fooled.join(' and ')}, though it was not made for that.`;
  },
  transferTable: 'How sure each network is of each class',
  class: 'Class',
  madeFor: 'made for this one',

  curves: 'How much stays right',
  curvesTitle: 'Robust accuracy by ε',
  curvesHelp:
    'Of the images that ship, the share that a network gets right and that the attack finds nothing against within ε. A stronger attack may leave less.',
  measureBy: 'Attack',
  measureOn: 'Images',
  measure: 'Measure',
  stopMeasuring: 'Stop',
  measuring: 'Measuring',
  measured: 'The curves are complete.',
  stopped: 'Stopped: the curves end where they were.',
  measuredBy: (attack: string, symbol: string, samples: number) => `${attack}, ${symbol}, the first ${samples} images`,
  inNumbers: 'The curves in numbers',
  noCurve: 'Nothing measured yet',

  explanationTitle: 'What you see here',
  explanation: [
    'Every row is an attack, every column a network, and every image is what that attack made of the same original for that network. The networks marked robust have learned from attacked images. An attack that looks for the smallest change has no limit of its own: what it finds beyond ε does not count as success here.',
    'An image made to fool one network often fools another that has never been asked: networks that learn the same task from the same images come to look at similar things. So an attacker may do without the network he is after, and train one of his own.',
  ],
};
