export interface BotEvents {
  /** The user has interrupted the bot. The audio that was not taken is gone. */
  clear: undefined;
  /** The bot has put a mark of this name behind its audio. */
  mark: string;
  /** Any other message of the bot: with protobuf the RTVI messages. */
  message: unknown;
}

/** The listeners of the app. Events that come with the handshake are kept until the app has the connection, and can listen. */
export class BotListeners {
  readonly #listeners = new Map<keyof BotEvents, ((value: never) => void)[]>();
  /** The events that are kept. Missing once the app can listen. */
  #early: (() => void)[] | undefined = [];

  add<E extends keyof BotEvents>(event: E, listener: (value: BotEvents[E]) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  tell<E extends keyof BotEvents>(event: E, value: BotEvents[E]): void {
    if (this.#early !== undefined) {
      this.#early.push(() => this.tell(event, value));
      return;
    }
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as (value: BotEvents[E]) => void)(value);
      } catch (error) {
        // It is the app's own: the socket would go silent if it were thrown here.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Tells the events that were kept. @param isOver a listener may have ended the connection: then nobody hears of the rest */
  tellEarly(isOver: () => boolean): void {
    const early = this.#early;
    this.#early = undefined;
    for (const tell of early ?? []) if (!isOver()) tell();
  }
}
