import type { TemplateResult } from 'lit/html.js';
import type { Linked } from './view/link_button.js';

/** What a screen holds and can be asked for. It lives on, as it was left, while another one is shown. */
export interface ScreenState extends Linked {
  /** What there is to say beside the result, such as what could not be read in a link. */
  notice: string;
  /** How far work has come that goes on while another screen is shown. */
  readonly share?: number | undefined;
  /** Takes up a link, the part of an address behind '#': version, `screen`, and fields of the screen's own. */
  open(link: string): void;
  /** Is shown again, as it was left. */
  again?(): void;
  /** Another screen is shown from now on. */
  leave?(): void;
  /** Takes files that were dropped on the page. */
  openFiles?(files: readonly File[]): Promise<void>;
  /** Attacks the network of that id, which gets these samples right. */
  chooseNetwork?(id: string, right?: readonly number[]): void;
}

/** A screen whose code is there. */
export interface Screen {
  readonly state: ScreenState;
  view(): TemplateResult;
}

/** What the page does for a screen. */
export interface Page {
  /** Draws what is shown now; with the next frame, however often it is called. */
  draw(): void;
  /** What is shown has come to rest, so that its link is worth writing into the address. */
  settled(): void;
  /** Lets the visitor attack the network of that id, which gets these samples right. */
  attack(id: string, right: readonly number[]): void;
}

/** Makes a screen; called once, when it is first asked for. */
export type MakeScreen = (page: Page) => Screen;

/** A screen as the menu knows it, before its code is there. */
export interface Entry {
  /** Names it in links. */
  id: string;
  /** In the menu. */
  name: string;
  /** The page's heading. */
  title: string;
  fetch(): Promise<{ makeScreen: MakeScreen }>;
}
