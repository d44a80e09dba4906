import { LinkFields, whole, writeFields } from '../link_fields.js';
import type { ScreenState } from '../screen.js';
import { texts } from '../texts/learn.js';
import { type Lesson, lessons } from './lessons.js';

/** Which lesson is open. What its pieces show is theirs. */
export class Learn implements ScreenState {
  /** From 0. */
  number = 0;
  notice = '';
  readonly copied = texts.copied;

  readonly #draw: () => void;
  readonly #settled: () => void;

  constructor(draw: () => void, settled: () => void) {
    this.#draw = draw;
    this.#settled = settled;
  }

  get lesson(): Lesson {
    return lessons[this.number] as Lesson;
  }

  get link(): string {
    return writeFields('learn', { lesson: this.number + 1 });
  }

  open(link: string): void {
    const given = new LinkFields(link);
    const number = given.take('lesson', (text) => {
      const read = whole(text);
      return read !== undefined && read >= 1 && read <= lessons.length ? read : undefined;
    });
    this.number = (number ?? 1) - 1;
    this.notice = given.complaints;
    this.#draw();
    this.#settled();
  }

  turnTo(number: number): void {
    this.number = number;
    this.notice = '';
    this.#draw();
    this.#settled();
  }

  note(words: string): void {
    this.notice = words;
    this.#draw();
  }
}
