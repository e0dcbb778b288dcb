/** The number of items in one part of a line. */
const full = 128;

interface Part<T> {
  readonly items: (T | undefined)[];
  next: Part<T> | undefined;
}

/**
 * Items in the order in which they came. Any value can be an item: look at `size` to know whether there is one. A long line
 * is a list of short arrays, because `Array.shift()` copies a long array for each item.
 */
export class Line<T> {
  #size = 0;
  #first: Part<T> = { items: [], next: undefined };
  #last = this.#first;
  /** The index of the next item in the first part. */
  #at = 0;

  get size(): number {
    return this.#size;
  }

  /** The item that came last, if it was not taken yet. */
  get last(): T | undefined {
    return this.#last.items.at(-1);
  }

  push(item: T): void {
    if (this.#last.items.length >= full) {
      this.#last.next = { items: [], next: undefined };
      this.#last = this.#last.next;
    }
    this.#last.items.push(item);
    this.#size += 1;
  }

  /** Takes the next item, or returns `undefined` when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const { items, next } = this.#first;
    const item = items[this.#at];
    items[this.#at] = undefined;
    this.#at += 1;
    this.#size -= 1;
    if (this.#at === items.length) {
      if (next !== undefined) this.#begin(next);
      else if (this.#at >= full) this.clear();
    }
    return item;
  }

  /** Puts items back in front of all others. */
  unshift(items: readonly T[]): void {
    const { items: rest, next } = this.#first;
    this.#begin({ items: [...items, ...rest.slice(this.#at)], next });
    if (next === undefined) this.#last = this.#first;
    this.#size += items.length;
  }

  /** Drops all. Returns how many there were. */
  clear(): number {
    const size = this.#size;
    this.#begin({ items: [], next: undefined });
    this.#last = this.#first;
    this.#size = 0;
    return size;
  }

  #begin(part: Part<T>): void {
    this.#first = part;
    this.#at = 0;
  }
}
