import { describe, expect, it } from 'vitest';
import { keepAssigned, onAssigned } from '../../overlays/foreign/assigned.ts';

interface Owner {
  socket: unknown;
}
type Told = [owner: object, value: unknown];

/** A class of an SDK, whose constructor assigns the member. */
function makeClass(told: Told[]): new (socket: unknown) => Owner {
  class Connection {
    declare socket: unknown;

    constructor(socket: unknown) {
      this.socket = socket;
    }
  }
  const member = onAssigned('socket', (owner: object, value: unknown) => told.push([owner, value]));
  Object.defineProperty(Connection.prototype, 'socket', { ...member, configurable: true });
  return Connection;
}

const accessorOf = (owner: object) => Object.getOwnPropertyDescriptor(owner, 'socket')!;

describe('onAssigned()', () => {
  it('keeps the value of each instance by itself, and tells of every value', () => {
    const told: Told[] = [];
    const Class = makeClass(told);
    const [first, second] = [new Class('a'), new Class('b')];
    first.socket = 'c';
    expect([first.socket, second.socket]).toEqual(['c', 'b']);
    expect(told).toEqual([
      [first, 'a'],
      [second, 'b'],
      [first, 'c'],
    ]);
    expect(Object.entries(first)).toEqual([['socket', 'c']]);
  });

  it('gives all instances one accessor, because the engine keeps a slow copy of the members of an object that has its own', () => {
    const Class = makeClass([]);
    const adopted: Owner = { socket: 'c' };
    keepAssigned(adopted, 'socket', adopted.socket, () => {});
    const [first, ...others] = [new Class('a'), new Class('b'), adopted].map(accessorOf);
    for (const other of others) expect([other.get, other.set]).toEqual([first!.get, first!.set]);
  });

  it('tells of an assignment to a view of an instance as of one to the instance', () => {
    const told: Told[] = [];
    const instance = new (makeClass(told))('a');
    const view = Object.create(instance) as Owner;
    view.socket = 'b';
    expect([view.socket, instance.socket]).toEqual(['b', 'b']);
    expect(told.at(-1)).toEqual([instance, 'b']);
    expect(told.at(-1)![0]).toBe(instance);
  });
});
