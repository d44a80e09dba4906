import '../../style/learn.css';
import { keyed } from 'lit/directives/keyed.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { texts } from '../../texts/learn.js';
import type { Learn } from '../learn.js';
import { type Lesson, lessons } from '../lessons.js';
import { piece } from './piece.js';

/** One lesson, and the way to the others. */
export function learnView(learn: Learn): TemplateResult {
  return html`
    <div class="learn">
      <nav class="lessons" aria-label=${texts.contents}>
        <ol>${lessons.map((lesson, number) => entry(learn, lesson, number))}</ol>
      </nav>
      ${keyed(learn.number, article(learn))}
    </div>`;
}

function entry(learn: Learn, { title }: Lesson, number: number): TemplateResult {
  return html`<li>
    <a
      href="#v=1&screen=learn&lesson=${number + 1}"
      aria-current=${number === learn.number ? 'true' : nothing}
      @click=${turn(learn, number)}
      >${title}</a
    >
  </li>`;
}

/** In a new tab or window, the address leads to the same. */
function turn(learn: Learn, number: number): (event: MouseEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    learn.turnTo(number);
    scrollTo(0, 0);
  };
}

function article(learn: Learn): TemplateResult {
  const { number, lesson } = learn;
  const { title, before, pieces, after, question, answer, further } = lesson;
  const paragraph = (words: string) => html`<p>${words}</p>`;
  return html`
    <article class="stage lesson" aria-labelledby="lesson">
      <p class="place" role="status">${texts.lesson(number + 1, lessons.length)}</p>
      <h2 id="lesson">${title}</h2>
      ${before.map(paragraph)}
      <div class="pieces">${pieces.map(piece)}</div>
      ${after.map(paragraph)}
      <section class="question" aria-labelledby="question">
        <h3 id="question">${texts.question}</h3>
        <p>${question}</p>
        <details>
          <summary>${texts.answer}</summary>
          <p>${answer}</p>
        </details>
      </section>
      ${further ? html`<p class="further"><a href=${further.link}>${further.words}</a></p>` : nothing}
      <div class="turning">
        ${number > 0 ? html`<button type="button" @click=${() => learn.turnTo(number - 1)}>${texts.before}: ${lessons[number - 1]?.title}</button>` : nothing}
        ${
          number + 1 < lessons.length
            ? html`<button type="button" class="main" @click=${() => learn.turnTo(number + 1)}>
              ${texts.next}: ${lessons[number + 1]?.title}
            </button>`
            : nothing
        }
      </div>
    </article>`;
}
