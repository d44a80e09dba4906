/** What the page says around every screen. */
export const texts = {
  menu: 'Screens',
  loading: 'Loading …',
  notFetched: 'This part of the page could not be fetched.',
  again: 'Try again',
  promise: 'Everything runs in this page: no image, drawing, network or result leaves your device.',
  offline: 'It works without a network from now on.',
};
