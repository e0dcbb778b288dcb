import type { Members } from '../foreign/members.ts';
import type { OverlayOptions } from './overlay-options.ts';

/** A kind of SDK class, told by its behaviour, and how the ladder reaches it. */
export interface Family<T extends object = object> {
  /** The SDK's folder in `overlays/`. */
  readonly sdk: string;
  readonly name: string;
  /** Members that the seams rest on: a class that has them all, the first one as its own, is of this family. */
  readonly required: readonly [string, ...string[]];
  /**
   * Only for a family whose members classes of other SDKs have too, because one generator has made them all.
   *
   * @param prototype has the first of the members as its own
   * @param target the class or the instance that was handed in
   */
  isOwn?(prototype: object, target: object): boolean;
  /**
   * Only for a family whose classes have no members that tell them from others: the prototype that the seams go onto, for
   * an instance of the family. A patch names the family of such a class.
   */
  prototypeOf?(instance: object): object | undefined;
  /** Only for a family of clients: instances, never opened, of the classes of connections that this client makes. */
  connectionsBehind?(client: T): readonly object[];
  /** Only for a family of clients: addresses of the provider of this client. Values that are no URLs count for nothing. */
  addressesOf?(client: T): readonly unknown[];
  /** @param self path or URL of the module that asks */
  seams(prototype: T, self: string | undefined): Seams<T>;
}

/** The seams of one class of the SDK. */
export interface Seams<T extends object = object> {
  /** The patch of the class's prototype first, and then those of the objects that it makes. */
  readonly patches: readonly [Patch, ...Patch[]];
  /** The connections of the class; a class of clients has none of its own. */
  readonly registry?: Connections<T>;
  /**
   * Takes over the parts that an instance from before has already handed out.
   *
   * @returns whether hangup has not known the instance until now; nothing where it cannot tell
   */
  adopt?(instance: T): boolean | undefined;
  /** @throws {PatchError} when the class cannot honour the options */
  check?(options: OverlayOptions): void;
}

/** A `Registry`, as far as putting seams on and off needs it. */
export interface Connections<T extends object> {
  activate(): void;
  retire(className: string, members: Members, onUnused: () => void): void;
  connectionOf(ws: T): unknown;
}

export interface Patch {
  readonly object: object;
  readonly name: string;
  readonly members: Members;
}
