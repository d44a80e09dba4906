// What the page fetches when a visitor first wants to train.
export { Training } from './training.js';
export { trainingView } from './view/training_view.js';
