/** The array is cut down when more places than this at its front are empty, and they are more than half of it. */
const spare = 256;

/** Items in the order in which they came. Any value can be an item: look at `size` to know whether there is one. */
export class Line<T> {
  #items: (T | undefined)[] = [];
  /** The index of the next item. It moves, because `Array.shift()` copies a long array for each item. */
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  /** The item that came last, if it was not taken yet. */
  get last(): T | undefined {
    return this.#items.at(-1);
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the next item, or returns `undefined` when there is none. */
  shift(): T | undefined {
    const next = this.#next;
    if (next === this.#items.length) return undefined;
    const item = this.#items[next];
    this.#items[next] = undefined;
    this.#next = next + 1;
    if (this.#next > spare && this.#next * 2 > this.#items.length) this.#cut(this.#next);
    return item;
  }

  /** Puts items back in front of all others. */
  unshift(items: readonly T[]): void {
    this.#items = items.concat(this.#items.slice(this.#next) as T[]);
    this.#next = 0;
  }

  /** Drops all. Returns how many there were. */
  clear(): number {
    const { size } = this;
    this.#cut(this.#items.length);
    return size;
  }

  #cut(count: number): void {
    this.#items.splice(0, count);
    this.#next = 0;
  }
}
