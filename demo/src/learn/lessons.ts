/** A playground within a lesson: attributes of `mlsec-playground`, and what to look for. */
export interface Piece {
  caption: string;
  attributes: Readonly<Record<string, string>>;
}

export interface Lesson {
  title: string;
  /** What is said before and after the pieces. */
  before: readonly string[];
  pieces: readonly Piece[];
  after: readonly string[];
  question: string;
  answer: string;
  /** Another screen on which to go on: its link, and what is to be seen there. */
  further?: { screen: string; link: string; words: string };
}

export const lessons: readonly Lesson[] = [
  {
    title: 'What an adversarial example is',
    before: [
      'This network has learned to read digits from 60,000 of them, and it gets about 98 in 100 new ones right. On the ' +
        'left is one that it reads well. On the right is nearly the same image, and the network reads something else.',
      'Nobody has drawn the change by hand. It was computed from the network itself: for every pixel, would the network be ' +
        'less sure if this were a little lighter, or a little darker? Then each pixel was moved that way.',
    ],
    pieces: [
      {
        caption: 'Slide the strength down until the network is right again.',
        attributes: { model: 'mnist-mlp', sample: '4', attack: 'fgsm', controls: 'epsilon amplification' },
      },
    ],
    after: [
      'An image that was changed on purpose, by so little that people still see what they saw before, and that a network ' +
        'takes for something else, is called an adversarial example. The way to find it is called an attack.',
      'It is no rare accident. For most images of most networks there is one close by, and random noise of the same size ' +
        'hardly ever finds it: the direction matters.',
    ],
    question: 'Is the network broken, or badly trained?',
    answer:
      'Neither. It does what it was trained for, on images as they come. Nothing in its training said that images which ' +
      'look alike must be read alike.',
  },
  {
    title: 'Why linear behaviour is enough',
    before: [
      'For a long time people thought that networks are fooled because they are so complicated. The opposite is nearer to ' +
        'the truth. Take the simplest model there is: multiply every pixel by a weight and add it all up.',
      'Change each of 784 pixels by 0.05, each in the direction of its weight, and every single change is too small to be ' +
        'seen. But they all push the sum the same way. If a weight is 0.5 on average, the sum moves by 784 × 0.05 × 0.5, ' +
        'nearly 20, and that is more than what usually decides between two digits.',
    ],
    pieces: [
      {
        caption: 'One step along the signs of the gradient, the fast gradient sign method, needs nothing else.',
        attributes: { model: 'mnist-mlp', sample: '7', attack: 'fgsm', epsilon: '0.05', controls: 'image epsilon' },
      },
    ],
    after: [
      'Networks are built to be nearly linear in pieces, because that is what can be trained well. Close to an image they ' +
        'behave like such a sum, and the gradient is its list of weights. The more features there are, the less each of ' +
        'them has to change: this is why large images are easier to attack than small ones.',
    ],
    question: 'What would random changes of the same size do to the sum?',
    answer:
      'Half of them push up, half push down, and nearly everything cancels: the sum moves by about the square root of 784, ' +
      'which is 28, times 0.05 × 0.5, not by 784 times that.',
    further: {
      screen: 'landscape',
      link: '#v=1&screen=landscape',
      words: 'With two features instead of 784 you can see the whole of it: the landscape.',
    },
  },
  {
    title: 'Norms and budgets',
    before: [
      'How large is a change? There is more than one answer, and each says what an attacker may do. L∞ is the largest ' +
        'change of any pixel: all may change, none by much. L2 is the straight distance: many small changes, or a few larger ' +
        'ones. L1 adds all changes up, and L0 counts the pixels that change, however much each does.',
      'The limit is called epsilon, and an attack that keeps to it has a budget. Other attacks look for the smallest change ' +
        'that succeeds, and tell how large it is.',
    ],
    pieces: [
      {
        caption: 'The same attack under three rules: choose a norm, and see where the change goes.',
        attributes: {
          model: 'mnist-cnn',
          sample: '4',
          attack: 'pgd',
          epsilon: '0.12',
          controls: 'norm epsilon amplification',
        },
      },
      {
        caption: 'This one looks for as few pixels as it can.',
        attributes: { model: 'mnist-mlp', sample: '2', attack: 'jsma', controls: 'image target' },
      },
    ],
    after: [
      'No norm is the right one. They are chosen because they can be computed with, and they stand for something else: that ' +
        'people would still see the same. A digit whose every pixel is a little greyer, one with five spots, and one that is ' +
        'turned by ten degrees are all the same to us, and very different to a norm.',
    ],
    question: 'A network withstands L∞ up to 0.3. What does that say of it in L2?',
    answer:
      'Little. It was measured, and perhaps trained, for one kind of change. Networks that withstand one norm often fall to ' +
      'another, so a claim of robustness names its norm and its limit.',
  },
  {
    title: 'Attacks that see nothing',
    before: [
      'So far the attacker had the network and computed its gradient: a white box. Behind an interface there is no ' +
        'gradient. Some interfaces say how sure the network is of each class, others say only its answer.',
      'That is less than it sounds. With scores one can try a change, see whether the network became less sure, and keep it ' +
        'if so. With answers alone one can start from an image of another class and walk towards the original, as close ' +
        'along the border between them as the answers allow.',
    ],
    pieces: [
      {
        caption: 'Square changes one square after another, and looks at the scores. Look at the number of queries.',
        attributes: { model: 'mnist-cnn', sample: '4', attack: 'square', epsilon: '0.25', controls: 'image epsilon' },
      },
      {
        caption: 'HopSkipJump sees the answer alone. It begins with noise; play its way.',
        attributes: { model: 'mnist-mlp', sample: '4', attack: 'hop-skip-jump', controls: 'image trajectory' },
      },
    ],
    after: [
      'The price is queries: thousands, where a gradient tells the same in one. Those who offer a network can count and ' +
        'limit them. But there is a third way, with no query at all: attack a network of your own that was trained for the ' +
        'same task. What fools one often fools the other.',
    ],
    question: 'Does it help to round the scores, or to keep them secret?',
    answer:
      'It makes attacks slower, not impossible: the answer itself, which has to be given, is enough. And an example from ' +
      'another network needs no answer at all.',
    further: {
      screen: 'compare',
      link: '#v=1&screen=compare',
      words: 'What fools one network, shown to all others: compare.',
    },
  },
  {
    title: 'A change in one place',
    before: [
      'Who attacks a camera cannot change every pixel of its image. But one can hold something in front of it. A patch ' +
        'changes a few pixels by as much as it likes, and leaves all others alone.',
      'The smallest patch is a pixel. For some images one or a few of them are enough, and an attack that knows nothing but ' +
        'scores finds them by evolution: it keeps a population of candidates, and crosses those that work best.',
    ],
    pieces: [
      {
        caption: 'Three pixels, at any place, of any brightness.',
        attributes: {
          model: 'fashion-cnn',
          sample: '6',
          attack: 'one-pixel',
          options: '{"pixels": 3}',
          controls: 'image options',
        },
      },
    ],
    after: [
      'A patch that is trained on many images at once, turned, moved and scaled meanwhile, need not even know the image that ' +
        'it will be seen in. It can be printed. It works because it shouts: it looks more like its class, to the network, ' +
        'than anything that is really there.',
    ],
    question: 'Why does a norm like L∞ say nothing about patches?',
    answer:
      'Because within its few pixels a patch changes everything: its L∞ distance is the whole range. What is limited is the ' +
      'number of pixels, and that they lie together.',
    further: {
      screen: 'patch',
      link: '#v=1&screen=patch',
      words: 'Learn a patch, and drag it over images: patch.',
    },
  },
  {
    title: 'What defends, and what only seems to',
    before: [
      'Two networks of the same shape, the same data, the same training, but for one thing: the second has seen attacked ' +
        'images while it learned, new ones at every step, made from itself. This is adversarial training.',
    ],
    pieces: [
      {
        caption: 'Ordinary training.',
        attributes: { model: 'mnist-cnn', sample: '7', attack: 'pgd', epsilon: '0.2', controls: 'epsilon' },
      },
      {
        caption: 'Adversarial training: the same image, the same attack.',
        attributes: {
          model: 'mnist-cnn-robust',
          sample: '7',
          attack: 'pgd',
          epsilon: '0.2',
          controls: 'epsilon',
        },
      },
    ],
    after: [
      'It costs time, and a little accuracy on ordinary images, and it protects within the limit that it was trained for. ' +
        'Nothing simpler has held up. Many defences were published that hide the gradient: by rounding, by noise, by layers ' +
        'that cannot be differentiated. An attack that follows the gradient then fails, and the network seems robust; an ' +
        'attack that does not need it, or one that replaces what hides it, succeeds as before.',
      'So a measurement must distrust itself. Does an attack without gradients do better than one with them? Does accuracy ' +
        'rise where more change is allowed? Is there any left where everything is allowed? Each of these says that the ' +
        'attack has failed, not that the network is strong.',
    ],
    question: 'A network keeps 90 % of its answers under the fast gradient sign method. Is it robust?',
    answer:
      'That is not known yet. One step is the weakest attack with a gradient, and the easiest to hide from. What counts is ' +
      'the strongest that one can find, on each image: several attacks, with many steps, with and without gradients.',
    further: {
      screen: 'train',
      link: '#v=1&screen=train',
      words: 'Train both kinds yourself, and see what they withstand.',
    },
  },
];
