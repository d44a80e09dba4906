import { live } from 'lit/directives/live.js';
import { html, noChange, nothing, type TemplateResult } from 'lit/html.js';
import type { OptionDescription } from 'mlsec';
import { spelledOut } from '../format.js';
import type { Playground } from '../playground.js';
import { choice } from '../view/choice.js';
import { optionField } from '../view/option_field.js';
import { askForFiles, takeFiles } from '../view/subject.js';
import { truth } from '../view/truth.js';
import { type Habit, habitIn, habits, isLines, loadFields } from './load_fields.js';
import type { OwnModel, OwnModels } from './own_models.js';

/** A visitor's network: what is wrong with its file, and how it takes images. */
export function ownView(playground: Playground, models: OwnModels): TemplateResult | typeof nothing {
  const { shown } = models;
  if (!shown) return nothing;
  return html`<section class="own-model" aria-labelledby="own-model-name">
    <h3 id="own-model-name">${shown.name}</h3>
    <p class="promise"><strong>${models.words.promise}</strong> ${models.words.promiseMore}</p>
    ${shown.busy ? html`<p class="help">${playground.texts.ownModelReading(shown.name)}</p>` : troubles(models, shown)}
    ${shown.mendable ? form(models, shown) : nothing}
    ${shown.id && !shown.problem && playground.state.source === 'sample' ? truth(playground) : nothing}
    ${shown.problem && !shown.id ? html`<p><button type="button" @click=${() => models.dismiss()}>${models.words.dismiss}</button></p>` : nothing}
  </section>`;
}

/** What keeps the file from being attacked, or what was understood without being said. */
function troubles(models: OwnModels, own: OwnModel): TemplateResult | typeof nothing {
  const { problem, problems, info, guessed } = own;
  const list = (lines: readonly string[]) => html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
  const guess = guessed && own.shape ? models.words.guessed(own.shape.width, own.shape.height) : undefined;
  if (!problem) {
    const warnings = [...(guess ? [guess] : []), ...(info?.warnings ?? [])];
    return warnings.length > 0 ? html`<div class="help warnings">${list(warnings)}</div>` : nothing;
  }
  return html`<div class="problem">
    ${problems.length > 1 ? html`<p>${models.words.problems}</p>${list(problems)}` : html`<p>${problem.words}</p>`}
  </div>`;
}

/** The options of reading a file, as the catalogue has them. */
function form(models: OwnModels, own: OwnModel): TemplateResult {
  const names = Object.keys(habits) as Habit[];
  const coloured = own.shape?.channels !== 1;
  const toggle = ({ currentTarget }: Event) => {
    own.open = (currentTarget as HTMLDetailsElement).open;
  };
  return html`<details ?open=${live(own.open)} @toggle=${toggle}>
    <summary>${models.words.options}</summary>
    <div class="fields">
      ${choice({
        id: 'own-habit',
        legend: models.words.habit,
        alternatives: names.map((name) => ({
          value: name,
          label: models.words.habits[name],
          disabled: name === 'imageNet' && !coloured,
        })),
        chosen: habitIn(own.values) ?? '',
        choose: (name) => models.setHabit(name as Habit),
        help: models.words.habitHelp,
      })}
      ${loadFields().map((option) => (isLines(option) ? classNames(models, own, option) : field(models, own, option)))}
    </div>
  </details>`;
}

/** A list of numbers is written as one. */
function field(models: OwnModels, own: OwnModel, option: OptionDescription): TemplateResult {
  const written = { ...option, ...inForce(own, option), ...(option.type === 'list' && { type: 'string' as const }) };
  return html`<div class=${option.type === 'list' ? 'written' : ''}>${optionField(models, written)}</div>`;
}

/** What an option of the file itself comes to. */
function inForce(
  { info, values }: OwnModel,
  { name, type, defaultText }: OptionDescription,
): Partial<OptionDescription> {
  if (!info || values[name] !== undefined) return {};
  const { shape, layout, lower, upper } = info.input;
  if (type === 'enum') return name === 'layout' && layout !== 'flat' ? { default: layout } : {};
  const found = { shape: shape.join(', '), bounds: `${lower}, ${upper}` }[name];
  return found ? { defaultText: `${defaultText}: ${found}` } : {};
}

/** Names of classes, one a line, written or from a file. */
function classNames(models: OwnModels, own: OwnModel, { name, summary }: OptionDescription): TemplateResult {
  const { problem } = models;
  const id = `option-${name}`;
  const wrong = problem?.field === name;
  // What someone is typing stays, however often the page is drawn meanwhile.
  const written = document.activeElement?.id === id ? noChange : live(own.values[name] ?? '');
  return html`<div class="field names">
    <label for=${id}>${spelledOut(name)}</label>
    <span>
      <button type="button" aria-describedby="${id}-help" @click=${askForFiles}>${models.words.namesFile}</button>
      <input
        type="file"
        id="own-names"
        aria-label=${models.words.namesFileLabel}
        hidden
        accept=".txt,.csv,text/plain"
        @change=${(event: Event) => takeFiles(event, ([file]) => file && void models.takeLabels(file))}
      >
    </span>
    <textarea
      id=${id}
      rows="4"
      spellcheck="false"
      aria-describedby="${id}-help ${wrong ? `${id}-problem` : ''}"
      aria-invalid=${wrong}
      .value=${written}
      @change=${(event: Event) => models.setOption(name, (event.target as HTMLTextAreaElement).value || undefined)}
    ></textarea>
    <p class="help" id="${id}-help">${summary} ${models.words.namesHelp}</p>
    ${wrong ? html`<p class="problem" id="${id}-problem">${problem?.words}</p>` : nothing}
  </div>`;
}
