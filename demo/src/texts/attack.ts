/** What the Attack screen says beside the playground. */
export const texts = {
  explanation: 'What you see here',
  /** How the first sentence begins, by where the network comes from. */
  origins: {
    shipped: 'A neural network has learned',
    training: 'You have trained a neural network',
    file: 'You have brought a neural network, which is to have learned',
  },
  whatIsSeen: (seen: string, coloured: boolean) =>
    'It gets most new ones right, and yet it can be fooled: change every pixel a little, in just the right direction, ' +
    `and it sees another ${seen}, while to you nothing has happened. The original is on the left. The change is in the ` +
    `middle, amplified so that you can see it at all: ${coloured ? 'what is grey stays, and other colours are what is added or taken away' : 'orange pixels become lighter, blue ones darker'}. ` +
    'On the right is the sum of both, which is what the network gets. The bars show how sure it is of each class, before ' +
    'and after. Slide the strength down to find how small a change suffices, or aim at a class of your choice. Networks ' +
    'that have learned from attacked images withstand more, though not everything.',
  elsewhere: 'A teacher or writer may put this',
  elsewhereLink: 'into a page of their own',
};
