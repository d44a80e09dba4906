import { percent, withArticle } from '../../../web/src/element/format.js';
import type { Sentence } from '../../../web/src/element/texts.js';

export const texts = {
  copied: 'The link to this patch is copied.',
  stage: 'Patch',
  controls: 'Network, target and patch',
  loading: 'Loading the network …',
  learning: 'The network is asked what would fool it …',
  nothingYet: 'The learning was stopped before there was a patch. Change anything to begin again.',
  wrongAlready: (seen: string, truth: string): Sentence => [
    'Without the patch, too, the network is wrong: it takes this ',
    truth,
    ` for ${withArticle(seen)}.`,
  ],
  fooled: (after: string, before: string): Sentence => [
    'With the patch, the network sees ',
    { strong: withArticle(after) },
    `. Without it, ${withArticle(before)}.`,
  ],
  otherwise: (after: string, before: string, target: string): Sentence => [
    'With the patch, the network sees ',
    { strong: withArticle(after) },
    ` instead of ${withArticle(before)}, though not ${withArticle(target)}.`,
  ],
  held: (before: string): Sentence => [
    'The network still sees ',
    { strong: withArticle(before) },
    '. Drag the patch elsewhere, turn it, or make it larger.',
  ],
  rates: (goal: string, patch: number, noise: number) =>
    `Put anywhere on images that it has never seen, it makes ${percent(patch)} of them ${goal}. Noise of the same size: ${percent(noise)}.`,
  goal: (target: string | undefined) => (target === undefined ? 'something else' : withArticle(target)),
  soFar: (rate: number) => `${percent(rate)} of the images it learns from, so far`,
  learningProgress: 'Learning the patch',
  stop: 'Stop',

  network: 'Network',
  target: 'What everything becomes',
  any: 'Anything but what it is',
  size: 'Size of the patch',
  sizeHelp: (pixels: number) => `${pixels} pixels of 28. It is learned anew.`,
  options: 'How it is learned',

  original: 'Without',
  withPatch: 'With the patch',
  stageHelp: 'Drag the patch; its knob turns and scales it. Or click where it shall go.',
  picture: (name: string, sample: number) => `Sample ${sample + 1}, ${withArticle(name)}, with the patch`,
  places: 'Where the patch lies',
  down: 'Down',
  across: 'Across',
  scale: 'Scale',
  turn: 'Turn',
  degrees: (value: number) => `${value}°`,
  times: (value: number) => `×${value}`,
  anywhere: 'Put it anywhere',

  readings: 'How sure the network is of each class, without the patch and with it',
  class: 'Class',

  gallery: 'Images it has never seen',
  galleryHelp: 'The patch lies on all of them as on the large one.',
  another: 'Another ten',
  tile: (sample: number, name: string, after: string | undefined) =>
    `Sample ${sample + 1}, ${withArticle(name)}${after === undefined ? '' : `, seen as ${withArticle(after)}`}`,

  scores: 'On other images, and on other networks',
  scoresHelp: (images: number, goal: string) =>
    `The share of ${images} images it has not learned from that become ${goal}, the patch put at a random place on each. Those that a network takes for that anyway do not count.`,
  scoresTable: 'How many images the patch fools each network on',
  patchColumn: 'The patch',
  noiseColumn: 'Noise',
  madeFor: 'made for this one',
  measuring: 'This is measured once the patch has been learned.',

  patchAlone: 'The patch',
  print: 'Print it',
  png: 'The patch as PNG',
  code: 'A program that makes the same patch',
  codeHelp: 'With the npm package, byte for byte:',
  copyCode: 'Copy the program',
  codeCopied: 'The program is copied.',
  copyFailed: 'The browser did not allow to copy: select the text instead.',
  printHelp: 'Printing this page prints the patch alone, 12 cm wide.',
  sheet: (model: string, goal: string) => `Adversarial patch against ${model}: makes of everything ${goal}.`,

  explanationTitle: 'What you see here',
  explanation: [
    'An ordinary attack makes a change for one image. A patch is made once, for all of them: the network is asked, over and over, how to change the patch so that images with it at random places, turned and scaled, are taken for something else. Whoever has it needs no access to the network any more, nor to the image: it can be printed and held in front of a camera.',
    'Of course a patch hides what it covers. How much of its effect comes from that, noise of the same size and form shows, at the same random places.',
  ],
};
