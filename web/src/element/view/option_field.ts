import { live } from 'lit/directives/live.js';
import { html, noChange, nothing, type TemplateResult } from 'lit/html.js';
import type { OptionDescription } from 'mlsec';
import { capitalised, spelledOut } from '../format.js';
import { norms, normWords } from '../norms.js';
import { type OptionValue, type OptionValues, parseValue } from '../options.js';
import { english, type Texts } from '../texts.js';
import { choice } from './choice.js';

/** Choices of more values than this are lists that open. */
const mostChips = 4;

/** Who holds the values of options: the playground, or a training. */
export interface OptionHolder {
  values: OptionValues;
  texts?: Texts;
  /** An error in words, and the option it is about. */
  problem?: { words: string; field: string };
  /** Sets an option, or gives it back its default. */
  setOption(name: string, value: OptionValue | undefined): void;
}

/** A field for an option, made from its declaration in the catalogue. */
export function optionField(holder: OptionHolder, option: OptionDescription): TemplateResult {
  const value = holder.values[option.name] ?? option.default;
  const set = (next: OptionValue | undefined) =>
    holder.setOption(option.name, next === option.default ? undefined : next);
  if (option.type === 'enum' && (option.values?.length ?? 0) <= mostChips) {
    return choice({
      id: idOf(option),
      legend: spelledOut(option.name),
      alternatives: (option.values ?? []).map((each) => ({ value: each, label: nameOf(each) })),
      chosen: String(value),
      choose: set,
      help: option.summary,
    });
  }
  const problem = holder.problem?.field === option.name ? holder.problem.words : undefined;
  const describedBy = `${idOf(option)}-help ${problem ? `${idOf(option)}-problem` : ''}`;
  return html`
    <div class="field">
      <label for=${idOf(option)}>${spelledOut(option.name)}</label>
      ${control(option, value, set, describedBy, problem !== undefined, holder.texts)}
      <p class="help" id="${idOf(option)}-help">${helpFor(option, holder.texts)}</p>
      ${problem ? html`<p class="problem" id="${idOf(option)}-problem">${problem}</p>` : nothing}
    </div>`;
}

function control(
  option: OptionDescription,
  value: OptionValue | undefined,
  set: (value: OptionValue | undefined) => void,
  describedBy: string,
  invalid: boolean,
  texts = english,
): TemplateResult {
  const id = idOf(option);
  if (option.type === 'boolean') {
    return html`<input
      type="checkbox"
      id=${id}
      aria-describedby=${describedBy}
      .checked=${live(value === true)}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
    >`;
  }
  const take = (event: Event) => {
    const field = event.target as HTMLInputElement;
    set(parseValue(option, field.value));
    // An emptied field stands for the default, and says so while it still has the focus.
    if (field.value === '' && option.default !== undefined) field.value = String(option.default);
  };
  if (option.type === 'enum') {
    return html`<select id=${id} aria-describedby=${describedBy} .value=${live(String(value))} @change=${take}>
      ${option.values?.map((each) => html`<option value=${each} ?selected=${each === value}>${nameOf(each)}</option>`)}
    </select>`;
  }
  const text = value === undefined ? '' : String(value);
  // What someone is typing stays, however often the page is drawn meanwhile.
  const written = document.activeElement?.id === id ? noChange : live(text);
  if (option.type === 'string') {
    return html`<input id=${id} aria-describedby=${describedBy} aria-invalid=${invalid} .value=${written} @change=${take}>`;
  }
  // The range is said, not enforced: what is wrong with a number, the package explains better than the browser.
  return html`<input
    type="number"
    id=${id}
    step=${option.type === 'integer' ? 1 : 'any'}
    placeholder=${texts.auto}
    aria-describedby=${describedBy}
    aria-invalid=${invalid}
    .value=${written}
    @change=${take}
  >`;
}

function idOf({ name }: OptionDescription): string {
  return `option-${name}`;
}

function nameOf(value: string): string {
  return value in norms ? normWords(value).symbol : value;
}

/** What an option means, in which range and unit, and what it is when it is left alone. */
function helpFor(
  { summary, unit, minimum, maximum, default: usual, defaultText }: OptionDescription,
  texts = english,
): string {
  const write = (value: number) => (value < 1e-3 && value > 0 ? String(value) : value.toLocaleString('en'));
  // Limits beyond this only keep nonsense out.
  const bounded = minimum !== undefined && maximum !== undefined && maximum < 1e6;
  const range = bounded ? texts.range(write(minimum), write(maximum), unit ?? '') : unit && texts.inUnit(unit);
  const alone = defaultText ?? (typeof usual === 'number' ? write(usual) : undefined);
  const details = [range, alone !== undefined && texts.usual(alone)].filter(Boolean).join('; ');
  return details ? `${summary} ${capitalised(details)}.` : summary;
}
