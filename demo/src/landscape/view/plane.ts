import { html, type TemplateResult } from 'lit/html.js';
import { percent, short } from '../../../../web/src/element/format.js';
import { normWords } from '../../../../web/src/element/norms.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape } from '../landscape.js';
import { frameOf, type Sight } from '../look.js';
import type { Scene } from '../plane_painter.js';
import { fateOf } from '../sentences.js';
import { normInForce, valueIn } from '../settings.js';

/** What one of the networks says of the plane, and how it stands. */
export function plane(landscape: Landscape, kind: 'ordinary' | 'hardened', index: number): TemplateResult {
  const { state, tool } = landscape;
  const sight = landscape.sights[index];
  const epsilon = short(Number(valueIn(state, 'hardening')));
  const symbol = normWords(String(valueIn(state, 'hardeningNorm'))).symbol;
  const help = kind === 'ordinary' ? texts.kindHelp.ordinary : texts.kindHelp.hardened(epsilon, symbol);
  const foray = sight?.foray;
  return html`<figure class="${kind} ${foray && fateOf(foray) === 'moved' ? 'fooled' : ''}">
    <figcaption><b>${texts.kinds[kind]}</b> ${help}</figcaption>
    <decision-plane
      tabindex="0"
      role="application"
      aria-label=${inWords(landscape, kind, sight)}
      aria-describedby="plane-${kind}-keys"
      .scene=${sceneOf(landscape, sight)}
      @use=${({ detail }: CustomEvent<{ x: number; y: number }>) => landscape.use(detail.x, detail.y)}
      @lift=${() => landscape.lift()}
      @step=${({ detail }: CustomEvent<[number, number]>) => landscape.step(...detail)}
    ></decision-plane>
    <p class="unseen" id="plane-${kind}-keys">${tool === 'attack' ? texts.planeKeys.attack : texts.planeKeys.draw}</p>
    ${figures(landscape, sight)}
  </figure>`;
}

function sceneOf({ state, points, sights, tool }: Landscape, sight: Sight | undefined): Scene {
  const top = Math.max(
    1e-3,
    ...sights.map((each) => each?.surface.losses.reduce((most, loss) => Math.max(most, loss), 0) ?? 0),
  );
  const drawing = tool !== 'attack';
  return {
    // What is known may be of another part of the plane than what is asked for.
    frame: sight?.surface.frame ?? frameOf({ ...state, view: 'whole' }, points),
    surface: sight?.surface,
    what: state.surface,
    top,
    points,
    attacked: drawing ? undefined : state.point,
    foray: drawing ? undefined : sight?.foray,
    ball: { norm: normInForce(state), radius: state.epsilon },
    drawing,
  };
}

function figures({ state }: Landscape, sight: Sight | undefined): TemplateResult {
  const norm = normInForce(state);
  const foray = sight?.foray;
  const figure = (name: string, value: string | undefined) =>
    html`<div><dt>${name}</dt><dd>${value ?? texts.nothing}</dd></div>`;
  return html`<dl class="standing">
    ${figure(texts.accuracy, sight && percent(sight.accuracy))}
    ${figure(texts.robust(short(state.epsilon)), sight?.robust === undefined ? undefined : percent(sight.robust))}
    ${figure(texts.distance(normWords(norm).symbol), foray && fateOf(foray) === 'moved' ? short(foray.distances[norm] ?? 0) : undefined)}
    ${figure(texts.queries, foray && short(foray.queries))}
  </dl>`;
}

function inWords({ points, state }: Landscape, kind: 'ordinary' | 'hardened', sight: Sight | undefined): string {
  const [x = 0, y = 0] = points.places.subarray(2 * state.point, 2 * state.point + 2);
  const label = points.labels[state.point];
  const point = label === undefined ? '' : texts.point(state.point, label, x, y);
  return texts.plane(
    texts.kinds[kind],
    points.labels.length,
    point,
    sight?.foray ? texts.fate[fateOf(sight.foray)] : '',
  );
}
