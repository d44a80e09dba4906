// Pictures of the visitor's: fetched when one is wanted.
export { PictureDesk } from './picture_desk.js';
export { pictureChoice } from './view/picture_choice.js';
