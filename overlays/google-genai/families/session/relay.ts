import type { SocketEvents } from '../../../connection/connection.ts';

/** The events of a connection whose object comes later: the SDK makes a session when its socket is open. */
export class Relay implements SocketEvents {
  #target: SocketEvents | undefined;
  #isBusy = false;

  follow(target: SocketEvents): void {
    this.#target = target;
    if (this.#isBusy) target.onBusy();
  }

  onBusy(): void {
    this.#isBusy = true;
    this.#target?.onBusy();
  }

  onIdle(): void {
    this.#isBusy = false;
    this.#target?.onIdle();
  }

  // A session is not opened again.
  onReopen(): void {}
}
