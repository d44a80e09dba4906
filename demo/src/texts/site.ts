/** What the page says around every screen. */
export const texts = {
  menu: 'Screens',
  loading: 'Loading …',
  notFetched: 'This part of the page could not be fetched.',
  again: 'Try again',
  copyLink: 'Copy link',
  linkInAddress: "The link is in the browser's address bar.",
  foreignLink: 'This link was made by another version of the page, so it opens with the start.',
  unknownInLink: (name: string) => `The link's ${name} is nothing this page knows, so it was left out.`,
  promise: 'Everything runs in this page: no image, drawing, network or result leaves your device.',
  offline: 'It works without a network from now on.',
};
