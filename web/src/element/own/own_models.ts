import {
  inspect,
  type LoadOptions,
  load,
  MlsecError,
  type Model,
  type ModelFile,
  type ModelInfo,
  type ModelInspection,
} from 'mlsec';
import { catalog } from 'mlsec/catalog';
import { digitShape, type ImageShape, imageShapeOf, sameImages } from '../image_shape.js';
import { addModel, samplesOf } from '../laboratory.js';
import { addNetwork, networks } from '../networks.js';
import type { OptionValue, OptionValues } from '../options.js';
import type { Playground, Problem } from '../playground.js';
import { datasetOf } from '../state.js';
import type { Texts } from '../texts.js';
import { type FieldTexts, type Habit, habits, likelyShape, loadFields, readFields } from './load_fields.js';
import { type OwnTexts, ownEnglish } from './own_texts.js';
import { scenesFor } from './scenes.js';

export { ownView } from './own_view.js';
export { targetList } from './target_list.js';

/** Images beyond this are more than a page can show and compute at once. */
const largestSide = 512;

/** The same bytes on every machine, as of all networks here. */
const deterministic = true;

/** A file of the visitor's, what was said of it, and what came of it. */
export class OwnModel {
  /** The network's id, once it has been loaded. */
  id: string | undefined;
  info: ModelInfo | undefined;
  shape: ImageShape | undefined;
  values: FieldTexts = {};
  /** What the last reading of the file failed of, and all that is wrong with the file. */
  problem: Problem | undefined;
  problems: readonly string[] = [];
  /** False where no option helps: of what is no model at all, or has operations that are not supported. */
  mendable = true;
  /** True where the size of images is a guess. */
  guessed = false;
  /** Counts readings: of several under way the last one holds. */
  reading = 0;
  /** Whether its form is open. */
  open = false;
  busy = false;

  /** @param openedAt the network that was attacked then */
  constructor(
    readonly name: string,
    readonly source: ModelFile,
    readonly openedAt: string,
  ) {}
}

/** The networks that a visitor has brought, and how they are read. */
export class OwnModels {
  readonly #playground: Playground;
  readonly #loaded = new Map<string, OwnModel>();
  /** The file opened last, until it is a network that can be attacked. */
  #pending: OwnModel | undefined;

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  /** The file that there is something to say or to ask about. */
  get shown(): OwnModel | undefined {
    const { model } = this.#playground.state;
    return (this.#pending?.openedAt === model && this.#pending) || this.#loaded.get(model);
  }

  /** Reads a model from its files, an ONNX file or a model.json with its weights; or names of classes for the present one. */
  async open(files: readonly File[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    if (this.shown && /\.(txt|csv)$/i.test(first.name)) return this.takeLabels(first);
    const description = files.find(({ name }) => /\.json$/i.test(name));
    const file = description ?? files.find(({ name }) => /\.onnx$/i.test(name)) ?? first;
    const weights = files.filter((each) => each !== file);
    const own = new OwnModel(
      file.name,
      description ? { model: description, weights } : file,
      this.#playground.state.model,
    );
    this.#pending = own;
    const missing = description ? weights.length === 0 && 'noWeights' : /\.bin$/i.test(file.name) && 'weightsAlone';
    if (missing) this.#refuse(own, { words: this.words[missing], field: '' });
    else await this.#read(own);
  }

  /** Forgets a file that could not be read. */
  dismiss(): void {
    this.#pending = undefined;
    this.#playground.draw();
  }

  /** Names of classes from a file, one a line. */
  async takeLabels(file: Blob): Promise<void> {
    const option = loadFields().find(({ item }) => item?.type === 'string');
    if (option) this.setOption(option.name, await file.text());
  }

  /** What the form for options shows. */
  get values(): OptionValues {
    return this.shown?.values ?? {};
  }

  get problem(): Problem | undefined {
    return this.shown?.problem;
  }

  get texts(): Texts {
    return this.#playground.texts;
  }

  get words(): OwnTexts {
    return { ...ownEnglish, ...this.texts.own };
  }

  /** Reads the file again with another option; undefined is as the file has it. */
  setOption(name: string, value: OptionValue | undefined): void {
    this.#change({ [name]: value === undefined ? undefined : String(value) });
  }

  setHabit(habit: Habit): void {
    this.#change({ bounds: undefined, mean: undefined, std: undefined, ...habits[habit] });
  }

  #change(changes: FieldTexts): void {
    const own = this.shown;
    if (!own) return;
    own.values = { ...own.values, ...changes };
    if ('shape' in changes) own.guessed = false;
    void this.#read(own);
  }

  async #read(own: OwnModel): Promise<void> {
    const { texts } = this;
    const reading = ++own.reading;
    const { options, unreadable } = readFields(own.values);
    own.busy = true;
    this.#playground.note(texts.ownModelReading(own.name));
    try {
      if (unreadable) throw new MlsecError('out-of-range', unreadable, this.words.unreadable(unreadable));
      const model = await load(own.source, { ...options, deterministic });
      if (own.reading !== reading) return model.dispose();
      own.shape = this.#shapeOf(model);
      const { labels: _, ...said } = options;
      await this.#adopt(own, model, said);
      Object.assign(own, { problem: undefined, problems: [], mendable: true });
      this.#playground.note(texts.ownModelLoaded);
    } catch (error) {
      if (own.reading === reading) await this.#explain(own, options, error as Error & { field?: string });
    } finally {
      if (own.reading === reading) own.busy = false;
      this.#playground.draw();
    }
  }

  /** The images that the model takes. Frees it where the page has none such. */
  #shapeOf(model: Model): ImageShape {
    const { input } = model.info;
    const shape = imageShapeOf(input);
    const own = this.words;
    const fault = input.parts
      ? own.severalInputs(input.parts.map(({ name }) => name).join(', '))
      : !shape
        ? own.noImages(input.shape.join(' × '))
        : Math.max(shape.width, shape.height) > largestSide
          ? own.tooLarge(shape.width, shape.height, largestSide)
          : undefined;
    if (!fault && shape) return shape;
    model.dispose();
    throw new MlsecError('unsupported', '', fault ?? '');
  }

  /** Makes the model one of the networks, and attacks it. */
  async #adopt(own: OwnModel, model: Model, reading: LoadOptions): Promise<void> {
    const { info } = model;
    const shape = own.shape as ImageShape;
    const id = own.id ?? this.#idFor(own.name);
    const former = own.info;
    const data = this.#dataFor(info, shape);
    const samples = data.own ? await this.#samplesFor(shape, data.id) : undefined;
    const numbered = data.own && isNumbered(info.output.labels);
    this.#playground.leaveNetwork();
    addModel(id, model);
    addNetwork({
      id,
      dataset: data.own ? `${id} ${shape.width} × ${shape.height} × ${shape.channels}` : data.id,
      summary: this.words.summary(own.name, shape, info.output.classes, info.parameters),
      origin: 'file',
      shape,
      reading,
      ...(samples && { samples }),
      ...(numbered && { names: info.output.labels.map(this.words.classOf) }),
    });
    Object.assign(own, { id, info });
    this.#loaded.set(id, own);
    if (this.#pending === own) this.#pending = undefined;
    const kept = former && former.input.lower === info.input.lower && former.input.upper === info.input.upper;
    this.#playground.enterNetwork(id, kept ? this.#playground.state.options : {});
  }

  /** A name that no other network has. Another file of the same name takes the former one's place. */
  #idFor(name: string): string {
    let id = name.replace(/\.[^.]*$/, '');
    while (networks().some((network) => network.id === id && network.origin !== 'file')) id = this.words.yours(id);
    return id;
  }

  /** The data set whose images fit; `own` where the network cannot stand beside those that have learned from it. */
  #dataFor({ input, output }: ModelInfo, shape: ImageShape): { id: string; own: boolean } {
    const { datasets } = catalog();
    const present = datasetOf(this.#playground.state);
    const same = datasets.find(
      ({ classNames }) => String(classNames) === String(output.labels) && !isNumbered(classNames),
    );
    const set = same ?? datasets.find(({ id }) => id === present) ?? datasets[0];
    const fits = sameImages(shape, digitShape) && input.lower === 0 && input.upper === 1;
    return { id: set?.id ?? '', own: !fits || set?.classNames.length !== output.classes };
  }

  async #samplesFor(shape: ImageShape, dataset: string) {
    const fitting = sameImages(shape, digitShape) ? await samplesOf(dataset).catch(() => undefined) : undefined;
    return fitting ?? scenesFor(shape);
  }

  /** What is wrong, in words; a size that the file leaves open is guessed once. */
  async #explain(own: OwnModel, options: LoadOptions, error: Error & { field?: string }): Promise<void> {
    const content = await inspect(own.source, options).catch(() => undefined);
    const guess = likelyShape(content?.inputs[0]?.shape ?? []);
    if (content && !own.values.shape && guess) {
      own.values = { ...own.values, shape: guess };
      own.guessed = true;
      own.open = true;
      return this.#read(own);
    }
    const { message, field = '' } = error;
    this.#refuse(own, { words: message, field }, content);
  }

  #refuse(own: OwnModel, problem: Problem, content?: ModelInspection): void {
    own.problem = problem;
    own.open = true;
    const aboutOption = loadFields().some(({ name }) => name === problem.field);
    own.mendable = own.id !== undefined || own.guessed || aboutOption;
    own.problems = content?.problems ?? [];
    this.#playground.note(this.texts.cannotAttack(own.name, problem.words));
  }
}

function isNumbered(names: readonly string[]): boolean {
  return names.every((name, index) => name === String(index));
}
