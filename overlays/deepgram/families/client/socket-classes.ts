import type { Members } from '../../../foreign/members.ts';
import { attach } from '../../../seams/attach.ts';
import type { Connections } from '../../../seams/family.ts';
import { streaming } from '../streaming/family.ts';

/** The classes of the sockets that clients of one class have made. They have their seams as long as that class has its own. */
export class SocketClasses implements Connections<object> {
  readonly #self: string | undefined;
  /** By prototype, the function that takes the seams off. */
  readonly #found = new Map<object, () => void>();
  #isActive = false;

  constructor(self: string | undefined) {
    this.#self = self;
  }

  /** Finds the class of a socket, and takes the socket over. */
  find(ws: object): void {
    if (!this.#isActive) return;
    const prototype = Object.getPrototypeOf(ws) as object;
    if (!this.#found.has(prototype)) this.#found.set(prototype, attach(ws, [streaming], this.#self).detach);
    void (ws as { connected?: boolean }).connected;
  }

  activate(): void {
    this.#isActive = true;
  }

  retire(_className: string, _members: Members, onUnused: () => void): void {
    this.#isActive = false;
    for (const detach of this.#found.values()) detach();
    this.#found.clear();
    onUnused();
  }

  /** A client is no connection. */
  connectionOf(): undefined {}
}
