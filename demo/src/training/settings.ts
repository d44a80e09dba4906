import type { AttackDescription, OptionDescription, TrainOptions } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import { attackNamed, attacksFor } from '../../../web/src/element/attacks.js';
import type { OptionValues } from '../../../web/src/element/options.js';
import { texts } from '../texts/training.js';
import { architectures } from './architectures.js';

/** Everything a link to a training carries: with the same settings, the same network comes of it. */
export interface Settings {
  /** The id of a data set of which samples ship. */
  dataset: string;
  architecture: string;
  /** The attack whose images the network learns from; undefined where it learns from the images as they are. */
  adversarial?: string;
  /** Options that differ from the defaults of this page. */
  options: OptionValues;
}

/** What every training here holds back to measure itself by: a share of the images, and how many of these it attacks. */
export const validationShare = 0.2;
export const attackedImages = 100;

/** Steps of the attack that measures. */
export const measuringSteps = 10;

export function firstSettings(): Settings {
  return { dataset: catalog().datasets[0]?.id ?? '', architecture: architectures[0]?.id ?? '', options: {} };
}

/** The attacks that networks can learn from: those that keep within a limit, by gradients. */
export function teachers(): AttackDescription[] {
  return attacksFor(undefined).filter(({ traits }) => traits.needs === 'gradients' && traits.goal === 'fixed-budget');
}

/** The attack that robust accuracy is measured by: one that goes in steps. */
export function measuringAttack(): AttackDescription {
  const all = teachers();
  return all.find(({ options }) => options.some(({ name }) => name === 'steps')) ?? (all[0] as AttackDescription);
}

/** Without the range, which the package will tell whoever leaves it. */
const plainly: Partial<OptionDescription> = { maximum: undefined, unit: undefined, defaultText: undefined };

/** Where this page says or wants something else than the catalogue: its trainings are of 1,000 images. */
const ownWords: Record<string, Partial<OptionDescription>> = {
  epsilon: { ...plainly, default: 0.1, summary: texts.options.epsilon },
  steps: { ...plainly, default: 3, summary: texts.options.steps },
  epochs: { ...plainly, default: 15, summary: texts.options.epochs },
  learningRate: { ...plainly, default: 0.005, summary: texts.options.learningRate },
  shift: { ...plainly, summary: texts.options.shift },
  batchSize: { level: 'advanced' },
  optimizer: { level: 'advanced' },
  scheme: { level: 'advanced' },
  schedule: { default: 'one-cycle' },
  seed: { level: 'advanced' },
};

/** The workers of this machine that a training may use are nothing a link should carry. */
export const workers: OptionDescription = {
  name: 'workers',
  type: 'integer',
  minimum: 1,
  maximum: 64,
  default: Math.max(1, Math.min(2, Math.floor((globalThis.navigator?.hardwareConcurrency ?? 2) / 2))),
  summary: texts.options.workers,
  level: 'advanced',
};

/** The options a form asks for, as the catalogue declares them. */
export function fieldsOf({ adversarial }: Settings): OptionDescription[] {
  const { trainOptions } = catalog();
  const from = (options: OptionDescription[], ...names: string[]) =>
    names.flatMap((name) => options.filter((option) => option.name === name));
  const augmentation = from(trainOptions, 'augmentation')[0]?.options ?? [];
  const taught = adversarial ? (attackNamed(adversarial)?.options ?? []) : [];
  return [
    ...from(measuringAttack().options, 'epsilon'),
    ...from(taught, 'steps'),
    ...from(trainOptions, 'epochs', 'learningRate'),
    ...from(augmentation, 'shift'),
    ...(adversarial ? from(trainOptions, 'scheme') : []),
    ...from(
      trainOptions,
      'batchSize',
      'optimizer',
      'schedule',
      'warmUp',
      'clipNorm',
      'weightDecay',
      'labelSmoothing',
      'seed',
    ),
    workers,
  ].map((option) => ({ ...option, ...ownWords[option.name] }));
}

/** The value in force. */
export function valueIn(settings: Settings, name: string): unknown {
  return settings.options[name] ?? fieldsOf(settings).find((option) => option.name === name)?.default;
}

/** The settings as the package takes them. */
export function trainOptionsOf(settings: Settings): TrainOptions {
  const values = Object.fromEntries(
    fieldsOf(settings).map(({ name }) => [name, valueIn(settings, name)] as [string, unknown]),
  );
  const { epsilon, steps, shift, ...rest } = values;
  const limited = (method: string, steps: unknown) => ({
    method,
    ...(attackNamed(method)?.traits.norms.includes('linf') && { norm: 'linf' }),
    epsilon,
    ...(steps !== undefined && { steps }),
  });
  return {
    ...rest,
    augmentation: { shift },
    validationShare,
    robustSamples: attackedImages,
    robustAttack: limited(measuringAttack().id, measuringSteps),
    ...(settings.adversarial && { adversarial: limited(settings.adversarial, steps) }),
  } as TrainOptions;
}
