import type { TemplateResult } from 'lit/html.js';
import { strengthOption } from '../../../../web/src/element/options.js';
import { limitSlider } from '../../../../web/src/element/view/limit_slider.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape } from '../landscape.js';
import { attackOf, largestEpsilon, normInForce } from '../settings.js';

/** A slider for the size of the ball. */
export function room(landscape: Landscape): TemplateResult {
  const { epsilon } = landscape.state;
  const explained = texts.strengthHelp[normInForce(landscape.state)]?.(epsilon) ?? '';
  return limitSlider({
    id: 'room',
    label: texts.strength,
    value: epsilon,
    maximum: largestEpsilon,
    step: 0.01,
    help: strengthOption(attackOf(landscape.state)) ? explained : texts.searching,
    change: (changed) => landscape.change({ epsilon: changed }),
  });
}
