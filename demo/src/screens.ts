import { makeScreen as makePlayground } from './playground_screen.js';
import type { Entry } from './screen.js';

/** The screens in the order of the menu. The first opens where an address names none, so its code is in the page. */
export const screens: readonly [Entry, ...Entry[]] = [
  {
    id: 'attack',
    name: 'Attack',
    title: 'How little does it take to fool a neural network?',
    fetch: async () => ({ makeScreen: makePlayground }),
  },
  {
    id: 'compare',
    name: 'Compare',
    title: 'The same image, several networks, several attacks',
    fetch: () => import('./compare/compare_screen.js'),
  },
  {
    id: 'landscape',
    name: 'Landscape',
    title: "See how an attack steps over a network's line",
    fetch: () => import('./landscape/landscape_screen.js'),
  },
  {
    id: 'patch',
    name: 'Patch',
    title: 'One patch that fools a network wherever it lies',
    fetch: () => import('./patch/patch_screen.js'),
  },
  {
    id: 'train',
    name: 'Train',
    title: 'Train a neural network, and see what it withstands',
    fetch: () => import('./training/training_screen.js'),
  },
  {
    id: 'learn',
    name: 'Learn',
    title: 'Six short lessons, with networks to be fooled',
    fetch: () => import('./learn/learn_screen.js'),
  },
];
