import { percent, short, spelledOut } from '../../../web/src/element/format.js';

/** What the classes are called: never by their colour alone. */
const classes = ['blue disc', 'orange diamond'];

export const texts = {
  copied: 'The link to this landscape is copied.',
  stage: 'Two networks and an attack',
  controls: 'Data, attack and networks',
  diverged: 'Training went astray: the loss outgrew all numbers. A smaller network learning rate may help.',

  data: 'Data',
  dataNames: { blobs: 'Blobs', moons: 'Moons', circles: 'Circles', spirals: 'Spirals', drawn: 'Draw' },
  tool: 'Click or drag in the plane to',
  tools: [
    { value: 'attack', label: 'attack a point' },
    { value: '0', label: 'add ● blue' },
    { value: '1', label: 'add ◆ orange' },
    { value: 'remove', label: 'remove' },
  ],
  clear: 'Clear',
  drawHelp:
    'The networks begin anew each time you let go. With the keyboard, go to the plane, move with the arrow keys, and press Enter.',
  empty: 'Place points of both classes, and two networks learn to tell them apart.',

  fields: {
    points: 'Points of both classes together.',
    noise: 'How far points stray from where their class has its place.',
    dataSeed: 'Chooses the points.',
    layers: 'Hidden layers of each network; without any, this is logistic regression, whose boundary is straight.',
    units: 'Neurons in each hidden layer.',
    activation: 'What each neuron does with its sum: relu bends once, tanh is smooth.',
    hardening: 'The ε of the attacks that the hardened network learns from; the ordinary one never sees any.',
    hardeningNorm: 'The norm these are measured in.',
    networkLearningRate: 'How far the weights go with each step.',
    networkSeed: 'Chooses the weights that both begin with, and the order of the points.',
  },
  outOfRange: (name: string, minimum: number, maximum: number | undefined) =>
    maximum === undefined
      ? `${spelledOut(name)} must be a whole number of at least ${minimum}.`
      : `${spelledOut(name)} must be a number from ${minimum} to ${maximum}; whole, where it counts something.`,
  networks: 'Networks',
  moreOptions: 'More about data and networks',
  attackOptions: (name: string) => `Options of ${name}`,
  attack: 'Attack',
  norm: 'Norm',
  normHelp:
    'What counts as far: the larger of both steps (L∞), the straight way (L2), or both steps together (L1). Its ball is the dashed outline.',
  fixedNorm: (symbol: string) => `This attack measures in ${symbol} alone.`,
  surface: 'The colours show',
  surfaces: { answers: 'answers', loss: 'loss' },
  surfaceHelp: {
    answers:
      'What the network says of each place: the deeper the colour, the surer it is. On the line it does not know.',
    loss: 'How wrong the network would be if the attacked point lay there. Attacks with gradients climb this slope; thin lines are its contours, and both planes have the same scale.',
  },
  view: 'Look at',
  views: { whole: 'the plane', close: 'the point' },

  play: 'Play',
  pause: 'Pause',
  reset: 'Start anew',
  speed: 'Epochs a second',
  unlimited: 'no limit',
  epoch: (epoch: number) => `Epoch ${epoch.toLocaleString('en')}`,
  pace: (pace: number) => `${Math.round(pace).toLocaleString('en')} a second`,

  strength: 'Room',
  strengthHelp: {
    l1: (epsilon: number) => `Both coordinates together may change by ${epsilon}; the plane is 2 wide.`,
    l2: (epsilon: number) => `The point may move by ${epsilon} in any direction; the plane is 2 wide.`,
    linf: (epsilon: number) => `Each coordinate may change by ${epsilon}; the plane is 2 wide.`,
  } as Record<string, ((epsilon: number) => string) | undefined>,
  searching: 'This attack looks for the shortest way by itself; the outline only shows the room that is measured.',

  kinds: { ordinary: 'Ordinary training', hardened: 'Adversarial training' },
  kindHelp: {
    ordinary: 'learns the points as they are',
    hardened: (epsilon: string, norm: string) => `learns them attacked, ${norm} up to ${epsilon}`,
  },
  accuracy: 'Right',
  robust: (epsilon: string) => `Right, attacked ε ${epsilon}`,
  distance: (symbol: string) => `Distance ${symbol}`,
  queries: 'Queries',
  nothing: '–',

  planeKeys: {
    attack: 'Click a point to attack it, or go from point to point with the arrow keys.',
    draw: 'Move with the arrow keys, and press Enter to use the place.',
  },
  plane(name: string, points: number, point: string, result: string): string {
    return `${name}. ${points} points. ${point} ${result}`.trim();
  },
  point: (index: number, label: number, x: number, y: number) =>
    `Attacked: point ${index + 1}, ${aClass(label)} at ${short(x)}, ${short(y)}.`,

  beginning: 'The networks are about to learn …',
  learning: 'The networks learn, and are attacked all the while.',
  /** What became of the attacked point in both networks. */
  verdict(label: number, ordinary: Fate, hardened: Fate): string {
    const own = classes[label];
    if (ordinary === 'moved' && hardened === 'moved')
      return `Attacked, the ${own} gets across both boundaries: neither network keeps its answer.`;
    if (ordinary === 'moved' && hardened === 'held')
      return `Attacked, the ${own} fools the ordinary network. The one that learned from attacks holds.`;
    if (ordinary === 'held' && hardened === 'moved')
      return `Attacked, the ${own} fools the network that learned from attacks, and not the ordinary one: it happens.`;
    if (ordinary === 'held' && hardened === 'held')
      return `Both networks keep their answer on the ${own}, however it moves within that room.`;
    if (ordinary === 'wrong' && hardened === 'wrong')
      return `Both networks take this ${own} for the other class, without any attack.`;
    const [wrong, other, fate] =
      ordinary === 'wrong'
        ? ['ordinary network', 'hardened one', hardened]
        : ['hardened network', 'ordinary one', ordinary];
    return `The ${wrong} gets this ${own} wrong without any attack; the ${other} ${fate === 'moved' ? 'is fooled by one' : 'holds'}.`;
  },
  fate: { moved: 'The attack got across.', held: 'The attack did not get across.', wrong: 'Wrong without any attack.' },
  figures: (name: string, accuracy: number, robust: number | undefined) =>
    `${name}: ${percent(accuracy)} of the points right${robust === undefined ? '' : `, ${percent(robust)} under attack`}.`,

  explanationTitle: 'What you see here',
  explanation: [
    'Two networks learn to tell blue discs from orange diamonds; the colours are what they say of every place, the line is where they change their mind. A point is attacked: the path is the way it was moved, the dashed outline the room it had. The ordinary network draws its line wherever the points allow, so close to some of them that a small step crosses it. The other network learned from points that were already moved as far as they may; it has to keep its line away from them, where there is room for that.',
    'Images are such points, too, only in hundreds of dimensions instead of two: there, the line is close to nearly every one of them, and no eye sees it.',
  ],
};

export type Fate = 'moved' | 'held' | 'wrong';

export function aClass(label: number): string {
  return classes[label] ?? '';
}
