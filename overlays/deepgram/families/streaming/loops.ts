import { setMember } from '../../../foreign/members.ts';
import type { Handlers, Loop, StreamingSocket } from './shapes.ts';

type Result = IteratorResult<unknown>;

/** The connection of the loops, and how it ends. */
interface Owner {
  /** The user has ended it: messages that were not read are dropped. */
  isDeaf(): boolean;
  /** Says how the connection was lost, when the user did not end it. */
  lossOf(): Error | undefined;
}

const over: Result = { done: true, value: undefined };

/** The SDK's loop over the messages of a socket. It ends quietly when the provider closes with 1000, and when the SDK gives up. */
export class Loops {
  readonly #handlers: Handlers;
  readonly #isThere: boolean;
  readonly #owner: Owner;
  /** The number of loops that have begun, and have not ended. */
  #running = 0;
  #areEnded = false;

  constructor(ws: StreamingSocket, owner: Owner) {
    this.#handlers = ws.eventHandlers;
    this.#owner = owner;
    const begin = Object.hasOwn(ws, Symbol.asyncIterator) ? ws[Symbol.asyncIterator] : undefined;
    this.#isThere = begin !== undefined;
    if (begin === undefined) return;
    setMember(ws, Symbol.asyncIterator, { value: () => this.#watch(begin.call(ws)), writable: true });
  }

  /** Somebody would learn of a loss. */
  get isHeard(): boolean {
    const { close, error } = this.#handlers;
    return this.#running > 0 || this.#isSet(close) || this.#isSet(error);
  }

  #isSet(handlers: Handlers[keyof Handlers]): boolean {
    if (!Array.isArray(handlers)) return handlers !== undefined && handlers !== null;
    return handlers.length > Number(this.#isThere);
  }

  /** Ends those that wait for a message. The SDK does that in a microtask of Node's, which is not worth it twice. */
  end(): void {
    if (this.#areEnded) return;
    this.#areEnded = true;
    this.#own('close')?.({ code: 1000 } as never);
  }

  /** The SDK keeps its own handler in the first place of the list. */
  #own(event: 'close' | 'error'): ((event: never) => void) | undefined {
    const handlers = this.#handlers[event];
    return this.#isThere && Array.isArray(handlers) ? handlers[0] : undefined;
  }

  /** Tells the handlers of an error, and not the loop: that would drop the messages which it has not read. */
  beside(tell: () => void): void {
    const own = this.#own('error');
    const handlers = this.#handlers.error;
    if (own === undefined || !Array.isArray(handlers)) {
      tell();
      return;
    }
    handlers.shift();
    try {
      tell();
    } finally {
      // A handler that registers another one puts it back by that.
      if (handlers[0] !== own) handlers.unshift(own);
    }
  }

  #watch(loop: Loop): Loop {
    const { next, return: leave } = loop;
    let isRunning = true;
    this.#running++;
    this.#areEnded = false;
    const stop = () => {
      if (isRunning) this.#running--;
      isRunning = false;
    };
    const take = (result: Result): Result => {
      const isDeaf = this.#owner.isDeaf();
      if (!result.done && !isDeaf) return result;
      // A loop throws once.
      const loss = isRunning && !isDeaf ? this.#owner.lossOf() : undefined;
      stop();
      if (loss !== undefined) throw loss;
      return over;
    };
    const fail = (error: unknown) => {
      stop();
      throw error;
    };
    const watched = async () => (this.#owner.isDeaf() ? take(over) : next.call(loop).then(take, fail));
    setMember(loop, 'next', { value: watched, writable: true });
    const left: NonNullable<Loop['return']> = (value) => {
      stop();
      return leave!.call(loop, value);
    };
    setMember(loop, 'return', { value: left, writable: true });
    return loop;
  }
}
