import { withArticle } from './format.js';
import type { ImageShape } from './image_shape.js';
import type { OwnTexts } from './own/own_texts.js';

/** A sentence; `strong` parts are what it is about. */
export type Sentence = (string | { strong: string })[];

const strong = (words: string) => ({ strong: words });

/**
 * Everything the playground says, in English; sentences about attacks and their options are the catalogue's. Another
 * language is an object of the same members.
 */
export const english = {
  result: 'Result',
  experiment: 'Experiment',

  // What happened.
  loading: 'Loading the network …',
  atWork: 'The attack is at work …',
  cancelled: 'Cancelled. Run it again, or change something.',
  drawFirst: 'Draw a digit, and the network says what it sees.',
  pictureFirst: 'Give a picture, and the network says what it sees.',
  alreadyWrong: (before: string, sure: string, truth: string): Sentence => [
    'Nothing to do: the network sees ',
    strong(withArticle(before)),
    ` (${sure}) where this is `,
    strong(withArticle(truth)),
    ', without any attack.',
  ],
  alreadyTarget: (target: string, sure: string): Sentence => [
    'Nothing to do: the network already sees the ',
    strong(target),
    ` you asked for (${sure}).`,
  ],
  fooled: (after: string, sureAfter: string, before: string, sureBefore: string): Sentence => [
    'The network now sees ',
    strong(withArticle(after)),
    ` (${sureAfter}) where it saw `,
    strong(withArticle(before)),
    ` (${sureBefore}).`,
  ],
  fooledAsAsked: (target: string, sureAfter: string, before: string, sureBefore: string): Sentence => [
    'The network now sees the ',
    strong(target),
    ` you asked for (${sureAfter}) where it saw `,
    strong(withArticle(before)),
    ` (${sureBefore}).`,
  ],
  usedUp: (after: string, sure: string): Sentence => [
    'The attack used up what it may spend before it found a way. The network still sees ',
    strong(withArticle(after)),
    ` (${sure}).`,
  ],
  noRoom: (after: string, sure: string): Sentence => [
    'With no room to change anything, the network sees ',
    strong(withArticle(after)),
    ` (${sure}).`,
  ],
  notAsAsked: (after: string, sure: string, target: string): Sentence => [
    'Not quite: the network now sees ',
    strong(withArticle(after)),
    ` (${sure}), not the `,
    strong(target),
    ' you asked for.',
  ],
  held: (after: string, sure: string, limited: boolean): Sentence => [
    'The network still sees ',
    strong(withArticle(after)),
    ` (${sure}). Give the attack more ${limited ? 'room' : 'steps'}, or try another.`,
  ],

  // The images.
  original: 'Original',
  change: 'Change',
  adversarial: 'Adversarial',
  shown: 'shown',
  seenAs: 'seen as',
  darker: 'darker',
  lighter: 'lighter',
  amplification: 'Amplification of the change',
  automatic: 'automatic',
  originalImage: (seen: string | undefined) => (seen ? `Original image${sees(seen)}` : 'Original image'),
  adversarialImage: (seen: string | undefined) => (seen ? `Adversarial image${sees(seen)}` : 'Adversarial image'),
  noImage: 'No image yet',
  noAdversarial: 'No adversarial image yet',
  changeImage: (factor: number, moved: string) =>
    `Change, amplified ${factor} times: ${moved}. Orange becomes lighter, blue darker.`,
  changeColours: (factor: number, moved: string) =>
    `Change, amplified ${factor} times: ${moved}. Grey stays as it is, and other colours are what is added or taken away.`,
  unchanged: 'unchanged',
  movedValues: (changed: number, values: number) => `${changed} of ${values} colour values changed`,
  moved: (changed: number, pixels: number) => `${changed} of ${pixels} pixels changed`,
  notMoved: 'nothing yet',
  running: 'The attack is running',
  phases: { starting: 'starting', working: 'working', done: 'done', cancelled: 'cancelled', failed: 'failed' },
  cancel: 'Cancel',
  runAgain: 'Run again',

  // The way there.
  way: 'The way there',
  play: 'Play',
  pause: 'Pause',
  stepBack: 'Step back',
  stepOn: 'Step on',
  toStart: 'To the start',
  toEnd: 'To the result',
  pointOf: (at: number, last: number) => (at > last ? 'result' : `${at} of ${last}`),
  pointWords: (at: number, last: number) => (at > last ? 'the result' : `image ${at} of ${last} that the attack tried`),
  wayHelp: 'The images that the attack asked the network about, one after another.',

  // Figures.
  figures: 'Distances and cost',
  pixelsChanged: 'Pixels changed',
  valuesChanged: 'Values changed',
  sum: 'Sum of changes',
  distance: 'Distance',
  largest: 'Largest change',
  queries: 'Queries',
  gradients: 'Gradients',
  time: 'Time',
  ofPixels: (pixels: number) => `of ${pixels.toLocaleString('en')}`,

  // Probabilities.
  bars: 'How sure the network is of each class',
  barsOf: (shown: number, classes: number) =>
    `How sure the network is of the ${shown} likeliest of ${classes.toLocaleString('en')} classes`,
  beforeAttack: 'Before the attack',
  classOf: 'Class',
  afterAttack: 'After the attack',

  // The attack's limit.
  howStrong: 'How strong',
  searching: 'This attack has no limit to slide: it looks for the smallest change that works.',
  limits: {
    linf: (epsilon: string, black: string, white: string, coloured: boolean) =>
      `No ${coloured ? 'colour value of a pixel' : 'pixel'} may change by more than ${epsilon}, where black is ${black} and white is ${white}.`,
    l2: (epsilon: string) => `The image as a whole may move by ${epsilon}, the straight distance over all pixels.`,
    l1: (epsilon: string) => `The changes of all pixels may add up to ${epsilon}.`,
    l0: (epsilon: string, _black: string, _white: string, coloured: boolean) =>
      `At most ${epsilon} ${coloured ? 'colour values' : 'pixels'} may change, as much as they like.`,
    other: (epsilon: string) => `At most ${epsilon}.`,
  },

  // What is attacked: of a data set its name, one of its images, and what a network learns from them.
  dataSets: {
    known: {
      mnist: { name: 'Digits', one: 'digit', task: 'to read handwritten digits' },
      fashion: { name: 'Clothes', one: 'piece of clothing', task: 'to tell clothes apart' },
    },
    other: (id: string) => ({ name: id, one: 'image', seen: 'class', task: 'to tell images apart' }),
  },
  network: 'Network',
  truth: 'What it really is',
  truthUnsaid: 'What the network sees',
  truthHelp: 'Attacks lead away from that. Where the network is wrong about it, there is nothing to do.',
  ownModel: 'Your own …',
  ownModelFiles: 'Files of a model',
  ownModelHelp:
    'An ONNX file, or a model.json of TensorFlow.js with its weights. You can also drop it here. Nothing leaves this machine.',
  ownModelReading: (file: string) => `Reading ${file} …`,
  ownModelLoaded: 'Your network is loaded. Nothing leaves this machine.',
  notFetched: 'The part of the page that does this could not be fetched. Try again.',
  /** Of the form for it, what differs from `ownEnglish`. */
  own: {} as Partial<OwnTexts>,
  scenes: 'Drawn by this page, so that there is something to attack at once. Pictures of your own tell more.',
  fileInCode: 'the file of your network',
  pictureInCode: 'your picture',
  cannotAttack: (file: string, reason: string) => `${file} cannot be attacked here. ${reason}`,
  pickOne: 'Pick one',
  drawOne: 'Draw one',
  yourPicture: 'Your picture',
  samples: 'Samples',
  sample: (number: number, name: string | undefined) =>
    name === undefined ? `Sample ${number}` : `Sample ${number}, ${withArticle(name)}`,
  anotherTen: 'Another ten',
  pad: 'Square to draw a digit in, with mouse, pen or finger. With the keyboard, pick one instead.',
  padHelp:
    'Draw with mouse, pen or finger. The drawing is centred and made as small as the digits the network has learned from.',
  clear: 'Clear',
  drawHere: 'Draw here',

  // Pictures of the visitor's.
  chooseFile: 'Choose a file …',
  pictureFile: 'A picture',
  paste: 'Paste',
  camera: 'Camera',
  takePicture: 'Take the picture',
  closeCamera: 'Close the camera',
  cameraView: 'What the camera sees',
  pictureHelp: 'You can also drop a picture here, or paste one. It does not leave this page.',
  crop: 'Which part',
  cropsOf: (crop: 'middle' | 'whole', { width, height }: ImageShape) =>
    crop === 'whole' ? 'All of it' : width === height ? 'Middle square' : `Middle, ${width} to ${height}`,
  exchanged: 'Exchange light and dark',
  exchangedHelp: 'The network has learned from light things on black.',
  stretched: 'Stretch the contrast',
  stretchedHelp: 'The darkest pixel becomes black, the lightest white.',
  pictureNews: (
    name: string,
    from: { width: number; height: number },
    how: 'asItIs' | 'middle' | 'whole',
    to: ImageShape,
    greyed: boolean,
  ) => {
    const square = to.width === to.height;
    const cut = {
      asItIs: '',
      middle: `cut to ${square ? 'its middle square' : "the shape of the network's images"}, `,
      whole: square ? 'with a border to make it square, ' : 'with a border to make it fit, ',
    }[how];
    const grey = greyed ? ' and grey, as the network knows no colours' : '';
    return `${name}, ${from.width} × ${from.height} pixels: ${cut}made ${to.width} × ${to.height} pixels${grey}.`;
  },
  pictureFromLink: 'A picture from a link, as the network sees it.',
  pasted: 'Your picture',
  snapshot: 'The picture from the camera',
  noPicture: (name: string) => `${name} is no picture that this browser can read.`,
  nothingToPaste: 'There is no picture to paste. Copy one first, or choose a file.',
  pasteRefused: 'The browser does not give the clipboard to this page. Press Ctrl+V or ⌘V here instead.',
  cameraRefused: 'The camera may not be used: the browser or you have refused it. Choose a file, or draw instead.',
  noCamera: 'There is no camera that this page can use. Choose a file, or draw instead.',

  // The attack.
  attack: 'Attack',
  sights: {
    gradients: 'White box: sees the gradients',
    scores: 'Black box: sees the probabilities',
    labels: 'Black box: sees only the answer',
  },
  makeItSee: 'Make the network see',
  anyOther: 'any other',
  anyOtherOf: (one: string) => `any other ${one}`,
  cannotAim: (attack: string) => `${attack} cannot aim: it takes whichever other class comes first.`,
  alreadyThis: (name: string) => `This is ${withArticle(name)} already, so that is no target.`,
  ofYourChoice: (one: string) => `Any other ${one} than the network sees now, or one of your choice.`,
  moreOptions: 'More options',
  auto: 'auto',
  range: (from: string, to: string, unit: string) => `From ${from} to ${to} ${unit}`.trim(),
  inUnit: (unit: string) => `In ${unit}`,
  usual: (value: string) => `default: ${value}`,

  // What can be kept.
  keep: 'Save and reuse',
  keepPng: 'Image, PNG',
  keepNpy: 'Exact values, .npy',
  keepJson: 'This run, JSON',
  keepPanel: 'The three images, PNG',
  copyCode: 'Copy the code',
  codeCopied: 'The code is copied.',
  copyFailed: 'The browser does not let this page copy. Select the code and copy it.',
  code: 'The same in a program, with the npm package:',
  rounding: 'In a PNG every pixel is rounded to one of 256 shades.',
  roundedStill: (name: string, sure: string): Sentence => [
    'The network still sees ',
    strong(withArticle(name)),
    ` (${sure}) then: the image keeps fooling it.`,
  ],
  roundedNoMore: (name: string, sure: string): Sentence => [
    'The network then sees ',
    strong(withArticle(name)),
    ` (${sure}): the rounded image no longer fools it. The option Representable with 8 bits has the attack round.`,
  ],
  roundedSees: (name: string, sure: string): Sentence => [
    'The network then sees ',
    strong(withArticle(name)),
    ` (${sure}).`,
  ],

  // What is said when a link has been copied.
  copied: {
    shipped: 'The link to this experiment is copied.',
    training: 'A network trained here lives in this page alone. The link that is copied leads to its training.',
    file: 'Your file stays with you. The link that is copied shows a network that ships.',
  },

  // Failures.
  noSimd:
    'This browser cannot run the network: it has no WebAssembly SIMD. Chrome and Edge have it from version 91 on, Firefox from 89, Safari from 16.4.',
  unknownModel: (id: string, known: string) => `There is no network ${id}. There are ${known}.`,
  attackUnfit: (attack: string, model: string) => `${attack} does not work on the network ${model}.`,
  fewSamples: (count: number) => `There are only ${count} images to choose from.`,
  cannotBe: (name: string, value: string) => `${name} cannot be '${value}', so it was left out.`,
  noLink: 'This link was made by another version of the page, so it opens with the start.',
  unknownInLink: (name: string) => `The link's ${name} is nothing this page knows, so it was left out.`,
  noDrawings: (model: string) =>
    `The network ${model} has not learned from drawings, so a sample takes the drawing's place.`,
};

export type Texts = typeof english;

function sees(name: string): string {
  return `: the network sees ${withArticle(name)}`;
}
