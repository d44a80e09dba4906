import type { TemplateResult } from 'lit/html.js';
import { limitWords } from '../../../../web/src/element/norms.js';
import { limitSlider } from '../../../../web/src/element/view/limit_slider.js';
import { texts } from '../../texts/compare.js';
import type { Compare } from '../compare.js';
import { epsilonIn, scaleIn } from '../settings.js';

/** A slider for the limit that all attacks have in common. */
export function room(compare: Compare): TemplateResult {
  const { state, info } = compare;
  const value = epsilonIn(state);
  return limitSlider({
    id: 'room',
    label: texts.strength,
    value,
    ...scaleIn(state, info?.input),
    help: limitWords(state.norm, value),
    change: (epsilon) => compare.change({ epsilon }),
  });
}
