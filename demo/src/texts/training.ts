import { percent } from '../../../web/src/element/format.js';
import type { Sentence } from '../../../web/src/element/texts.js';

/** '1 epoch', '2 epochs'. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

/** Everything that the Train screen says. */
export const texts = {
  copied: 'The link to this training is copied.',
  training: 'Training',

  // The settings.
  settings: 'Settings',
  images: 'Images',
  network: 'Network',
  teacher: 'Learns from images',
  asTheyAre: 'as they are',
  attackedBy: 'attacked by',
  attackedHelp: (summary: string) => `${summary} Every batch is attacked anew, which takes its time.`,
  asTheyAreHelp: 'The usual training, which an attack has an easy game with.',
  moreOptions: 'More options',
  architectures: {
    cnn: 'Two convolutions of 16 and 32 filters, each followed by pooling, and a hidden layer of 128.',
    strided: 'Two convolutions of 16 and 32 filters that halve the image, and a hidden layer of 100.',
    mlp: 'One hidden layer of 128, which sees the image as a list of pixels.',
  },
  options: {
    epsilon: 'How much an attack may change a pixel, from black, 0, to white, 1.',
    steps: 'Steps of the attack that it learns from.',
    epochs: 'How often it goes through all images.',
    learningRate: 'How far it goes with each step.',
    shift: 'Moves images at random, by up to so many pixels.',
    workers: 'How many share each batch, by pieces of 32 images. The network is the same for any number.',
  },
  train: 'Train',

  // How it stands.
  first: 'Train a network of your own, and see how much of an attack it withstands.',
  stopping: 'Stopping after this batch …',
  firstEpoch: 'The first epoch is under way …',
  nothingMeasured: 'Stopped before the first epoch was over, so nothing has been measured yet.',
  result: (epochs: number | undefined, accuracy: number, robust: number): Sentence => [
    `${epochs === undefined ? 'The' : `After ${count(epochs, 'epoch')}, the`} network gets `,
    { strong: percent(accuracy) },
    ' of new images right, and ',
    { strong: percent(robust) },
    ' under attack.',
  ],
  epoch: (epoch: number, epochs: number, accuracy: number, robust: number) =>
    `Epoch ${epoch} of ${epochs}: ${percent(accuracy)} of new images right, ${percent(robust)} under attack.`,
  progress: 'Progress of the training',
  beginning: 'Beginning …',
  lessThanASecond: 'Less than a second left',
  secondsLeft: (seconds: number) => `${count(seconds, 'second')} left`,
  minutesLeft: (minutes: number) => `${count(minutes, 'minute')} left`,
  stop: 'Stop and keep',
  cancel: 'Cancel',

  // What comes of it.
  keepLast: 'Keep it as it was after its last epoch',
  attack: 'Attack what you just trained',
  save: 'Save as ONNX',
  goOn: (epochs: number) => `Go on for ${count(epochs, 'more epoch')}`,
  summary: (data: string, images: string, architecture: string, epochs: number, figures: string) =>
    `Trained here, on four fifths of these images (${data.toLowerCase()}), ${images}: ${architecture}, ${count(epochs, 'epoch')}.${figures}`,
  summaryAttacked: (attack: string | undefined, epsilon: string) => `attacked by ${attack}, ε ${epsilon}`,
  summaryFigures: (accuracy: number, robust: number, attack: string, epsilon: string) =>
    ` ${percent(accuracy)} right on images held back, ${percent(robust)} under ${attack} with ε ${epsilon}.`,

  // Charts, figures and the table.
  learnedImages: 'images it learns from',
  newImages: 'new images',
  newAttacked: 'new images, attacked',
  lastEpoch: (epochs: number | undefined) => (epochs ? `epoch ${epochs}` : 'epochs'),
  loss: 'Loss',
  accuracy: 'Accuracy',
  figures: 'Latest figures',
  epochFigure: 'Epoch',
  ofEpochs: (epochs: number) => `of ${epochs}`,
  newLoss: 'Loss, new images',
  newAccuracy: 'Accuracy, new images',
  robustAccuracy: 'Robust accuracy',
  time: 'Time',
  table: 'Every epoch in numbers',
  tableName: 'Table of epochs',
  tableCaption: 'Loss and accuracy of every epoch',
  learning: 'learning',
  new: 'new',
  attacked: 'attacked',

  // What one sees here.
  explanation: 'What you see here',
  whatIsSeen: (task: string, images: number, attack: string, steps: number) =>
    `A network learns ${task} from 1,000 images: from four fifths of them. The last fifth it never learns from, so how ` +
    'many of these it gets right says how it does on new images. After every epoch, once through all images, ' +
    `${images} of those are also attacked, by ${attack} in ${steps} steps: what is right and stays right is its robust ` +
    'accuracy. A stronger attack may leave less of it. A network that learns from attacked images takes several times as ' +
    'long and may be a little worse on the images as they are, but withstands much more.',
  shipped:
    'The networks that ship have learned from sixty times as many images. The same settings give the same network on ' +
    'every machine, bit for bit.',
};
