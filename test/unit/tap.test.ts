import { describe, expect, it } from 'vitest';
import { Tap } from '../../overlays/foreign/tap.ts';

class Thing {
  greet(name: string): string {
    return `hello ${name}`;
  }
}

const calls: object[] = [];
const tapOf = (prototype: object) => new Tap(prototype, 'greet', (self: object) => calls.push(self));
const fresh = () => class extends Thing {};

function own(Class: typeof Thing): typeof Thing {
  Object.defineProperty(Class.prototype, 'greet', { value: Thing.prototype.greet, configurable: true, writable: true });
  return Class;
}

describe('Tap', () => {
  it('sees calls while it is open, and leaves the method as it was', () => {
    const Class = own(fresh());
    const before = Object.getOwnPropertyDescriptor(Class.prototype, 'greet');
    const tap = tapOf(Class.prototype);
    const thing = new Class();
    tap.open();
    tap.open();
    expect(thing.greet('you')).toBe('hello you');
    tap.close();
    thing.greet('you');
    tap.close();
    thing.greet('you');
    expect(calls.splice(0)).toEqual([thing, thing]);
    expect(Object.getOwnPropertyDescriptor(Class.prototype, 'greet')).toEqual(before);
  });

  it('leaves in place what others put over it meanwhile, and sees no call after its end', () => {
    const Class = own(fresh());
    const [first, second] = [tapOf(Class.prototype), tapOf(Class.prototype)];
    first.open();
    const { greet } = Class.prototype;
    const theirs = function (this: Thing, name: string) {
      return `${greet.call(this, name)}!`;
    };
    Class.prototype.greet = theirs;
    second.open();
    first.close();
    second.close();
    expect(Class.prototype.greet).toBe(theirs);
    expect(new Class().greet('you')).toBe('hello you!');
    expect(calls).toEqual([]);
    // Once it is on top again, it goes with its next end.
    first.open();
    new Class().greet('you');
    expect(calls.splice(0)).toHaveLength(1);
    Class.prototype.greet = greet;
    first.close();
    expect(Class.prototype.greet).toBe(Thing.prototype.greet);
  });

  it('goes in the order in which it came, too', () => {
    const Class = own(fresh());
    const [first, second] = [tapOf(Class.prototype), tapOf(Class.prototype)];
    first.open();
    second.open();
    first.close();
    new Class().greet('you');
    expect(calls.splice(0)).toHaveLength(1);
    second.close();
    first.open();
    first.close();
    expect(Class.prototype.greet).toBe(Thing.prototype.greet);
  });

  it('sees nothing on an object that is frozen', () => {
    const Class = own(fresh());
    Object.freeze(Class.prototype);
    const tap = tapOf(Class.prototype);
    tap.open();
    new Class().greet('you');
    tap.close();
    expect(calls).toEqual([]);
  });
});
