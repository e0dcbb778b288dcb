/** The simplest queue that keeps the promises: arrays, and a clock that is looked at in every ms. */

/** Items are numbers, and tell by themselves what they are. */
export const isLast = (item: number): boolean => item % 7 === 0;
export const isSilence = (item: number): boolean => item % 3 === 0;

export interface Wait {
  kind: 'receive' | 'next' | 'drain';
  timeout?: number | undefined;
  silence?: number | undefined;
  limit?: number | undefined;
  asksLast?: boolean;
  asksSilence?: boolean;
  loop?: number;
}

/** The state of a promise, as text. */
export type State = string;

interface Waiter extends Wait {
  state: State;
  since: number;
  items: number[];
  begunAt?: number;
  loudAt: number;
}

export class Model {
  now = 0;
  line: number[] = [];
  waiting: Waiter[] = [];
  ended: 'no' | 'stop' | 'error' = 'no';
  rooms: { state: State }[] = [];
  /** Items that reached nobody: cleared, or silent before a turn. */
  dropped: number[] = [];
  #heardAt = 0;
  #started = false;
  #left = new Set<number>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  push(item: number): boolean {
    if (this.ended !== 'no') return false;
    this.#started = true;
    this.line.push(item);
    this.#serve();
    return this.line.length < this.#bound;
  }

  wait(wait: Wait): Waiter {
    const waiter = { ...wait, state: 'waits', since: this.now, items: [], loudAt: 0 };
    if (wait.loop !== undefined && this.#left.has(wait.loop)) waiter.state = 'done';
    else this.waiting.push(waiter);
    this.#serve();
    return waiter;
  }

  abort(waiter: Waiter): void {
    if (waiter.state !== 'waits') return;
    this.line.unshift(...waiter.items);
    this.#settle(waiter, 'aborted');
    this.#serve();
  }

  leave(loop: number): void {
    this.#left.add(loop);
    for (const waiter of [...this.waiting]) if (waiter.loop === loop) this.#settle(waiter, 'done');
    this.#serve();
  }

  room(): { state: State } {
    const room = { state: 'waits' };
    this.rooms.push(room);
    this.#serve();
    return room;
  }

  touch(): void {
    this.#heardAt = this.now;
  }

  clear(): number {
    const { length } = this.line;
    this.dropped.push(...this.line.splice(0));
    this.#serve();
    return length;
  }

  end(how: 'stop' | 'error'): boolean {
    if (this.ended !== 'no') return false;
    this.ended = how;
    this.#serve();
    return true;
  }

  pass(ms: number): void {
    for (let n = 0; n < ms; n++) {
      this.now += 1;
      this.#serve();
    }
  }

  #serve(): void {
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      if (this.line.length > 0) this.#offer(first, this.line.shift()!);
      else if (this.ended !== 'no') this.#end(first);
      else break;
    }
    for (const waiter of [...this.waiting]) if (this.#due(waiter) <= this.now) this.#expire(waiter);
    for (const room of this.rooms) if (this.ended !== 'no' || this.line.length < this.#bound) room.state = 'resolved';
  }

  #offer(waiter: Waiter, item: number): void {
    if (waiter.kind !== 'drain') {
      this.#heardAt = this.now;
      this.#settle(waiter, `item ${item}`);
      return;
    }
    const last = waiter.asksLast && isLast(item);
    const silent = !last && waiter.asksSilence && isSilence(item);
    if (silent && waiter.begunAt === undefined) {
      this.dropped.push(item);
      return;
    }
    waiter.items.push(item);
    if (silent) return;
    this.#heardAt = waiter.loudAt = this.now;
    waiter.begunAt ??= this.now;
    if (last) this.#turn(waiter, 'last');
  }

  #end(waiter: Waiter): void {
    if (waiter.begunAt !== undefined) this.#turn(waiter, 'stream');
    else this.#settle(waiter, waiter.kind === 'next' && this.ended === 'stop' ? 'done' : 'ended');
  }

  #due({ begunAt, loudAt, since, timeout = Infinity, silence = 500, limit = Infinity }: Waiter): number {
    if (begunAt === undefined) return Math.max(since, this.#heardAt) + timeout;
    return Math.min(loudAt + silence, begunAt + limit);
  }

  #expire(waiter: Waiter): void {
    const { begunAt, loudAt, kind, limit = Infinity, silence = 500 } = waiter;
    if (begunAt !== undefined) this.#turn(waiter, begunAt + limit < loudAt + silence ? 'limit' : 'silence');
    else this.#settle(waiter, `timeout ${kind === 'drain' || !this.#started ? 'first-chunk' : 'between-chunks'}`);
  }

  #turn(waiter: Waiter, endedBy: string): void {
    this.#settle(waiter, `turn ${waiter.items.join()} by ${endedBy}`);
  }

  #settle(waiter: Waiter, state: State): void {
    waiter.state = state;
    this.waiting.splice(this.waiting.indexOf(waiter), 1);
  }
}
