import type { ImageShape } from '../image_shape.js';

/** What is said about a visitor's own network, in English; fetched with the first one. */
export const ownEnglish = {
  promise: 'Nothing leaves this machine.',
  promiseMore: 'This page reads and runs the file here, and sends it nowhere.',
  summary: (file: string, { width, height, channels }: ImageShape, classes: number, parameters: number) =>
    `Your file ${file}: images of ${width} × ${height} pixels, ${channels === 1 ? 'grey' : channels === 3 ? 'in colour' : 'in colour with alpha'}; ` +
    `${classes.toLocaleString('en')} classes; ${parameters.toLocaleString('en')} parameters.`,
  classOf: (label: string) => `class ${label}`,
  yours: (name: string) => `${name} (yours)`,
  noWeights: 'Its weights lie in files of their own, which model.json names: choose or drop all of them at once.',
  weightsAlone: 'It holds weights alone: choose or drop model.json together with all of its files of weights.',
  severalInputs: (names: string) =>
    `This network has several inputs (${names}), and this page attacks those that take one image.`,
  noImages: (shape: string) =>
    `This network takes ${shape} numbers, and this page attacks those that take images: grey, of three colours, or these with alpha; or a list of numbers that makes a square of pixels.`,
  tooLarge: (width: number, height: number, most: number) =>
    `This network takes images of ${width} × ${height} pixels, and this page shows up to ${most} × ${most}.`,
  unreadable: (field: string) => `${field} cannot be read: write numbers with commas between them.`,
  guessed: (width: number, height: number) =>
    `The file leaves the size of its images open: ${width} × ${height} pixels are a guess. If the network has learned from others, say so under Shape.`,
  problems: 'All that this page cannot read of it:',
  dismiss: 'Forget this file',
  options: 'How the network takes images',
  habit: 'Values of its images',
  habits: { file: 'As in the file', bytes: '0 to 255', signed: '−1 to 1', imageNet: 'ImageNet' },
  habitHelp:
    'What the network has learned from. ImageNet takes 0 to 1, subtracts a mean from each colour and divides by a deviation, which is what most networks for photographs want.',
  namesFile: 'From a file …',
  namesFileLabel: 'A file with the names of the classes',
  namesHelp: 'One a line, in the order of the network.',
};

export type OwnTexts = typeof ownEnglish;
