import { text } from './generated/catalog.js';
import type { DatasetId, ErrorCode, MethodId, ModelId, UniversalMethodId } from './generated/options.js';

/** The form of a value, with its range or its parts. */
export interface ValueDescription {
  type: 'boolean' | 'integer' | 'number' | 'enum' | 'string' | 'list' | 'object' | 'array' | 'method' | 'model';
  /** Of numbers. */
  minimum?: number;
  maximum?: number;
  /** Of enums. */
  values?: string[];
  /** Of lists. */
  item?: ValueDescription;
  /** Of objects. */
  options?: OptionDescription[];
}

/** One option, as its declaration in the core has it. */
export interface OptionDescription extends ValueDescription {
  name: string;
  /** One sentence. */
  summary: string;
  default?: boolean | number | string;
  /** What an absent value means, where that depends on other options. */
  defaultText?: string;
  optional?: boolean;
  unit?: string;
  /** The value has one entry a sample. */
  perSample?: boolean;
  /** The value has a number a feature, or one a feature of each sample. */
  perFeature?: boolean;
  level: 'basic' | 'advanced';
}

export interface AttackDescription {
  id: MethodId;
  name: string;
  summary: string;
  paper: { title: string; authors: string; year: number; reference: string };
  traits: {
    acts: 'sample' | 'set';
    needs: 'gradients' | 'scores' | 'labels';
    goal: string;
    norms: string[];
    targeted: boolean;
    inputs: string[];
    random: boolean;
  };
  /** The part of the package that it is in: the core, or the pack that is loaded when one of its attacks is named. */
  pack: 'core' | 'attacks';
  options: OptionDescription[];
}

/** An attack on a set of samples: one pattern for all of them. */
export interface UniversalDescription extends Omit<AttackDescription, 'id'> {
  id: UniversalMethodId;
  makes: 'perturbation' | 'patch';
}

/** Everything the package has: attacks, layers, models, and the options of each. */
export interface Catalog {
  version: number;
  errorCodes: ErrorCode[];
  attacks: AttackDescription[];
  /** Options that every attack takes. */
  attackOptions: OptionDescription[];
  /** Attacks on sets of samples. */
  universalAttacks: UniversalDescription[];
  /** Options that each of these takes. */
  universalOptions: OptionDescription[];
  layers: { id: string; summary: string; options: OptionDescription[] }[];
  trainOptions: OptionDescription[];
  /** Options of reading a model file. */
  loadOptions: OptionDescription[];
  /** Options of reading a table. */
  csvOptions: OptionDescription[];
  /** Models and samples that come with the package. */
  models: { id: ModelId; dataset: DatasetId; summary: string }[];
  datasets: { id: DatasetId; summary: string; classNames: string[]; licence: string }[];
}

let parsed: Catalog | undefined;

/** The catalogue, generated from the core's own declarations. Nothing is loaded for it. */
export function catalog(): Catalog {
  parsed ??= JSON.parse(text) as Catalog;
  return parsed;
}
