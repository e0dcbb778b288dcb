import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { PromiseContext } from '../../lifecycle/context.ts';

interface Mark {
  readonly name: string;
}
const context = new PromiseContext<Mark>();
const name = () => context.getStore()?.name;

afterEach(() => context.disable());

it('belongs to the outermost code again when the call returns, and when it throws', () => {
  const seen = context.run({ name: 'a' }, () => [name(), context.run({ name: 'b' }, name), name()]);
  expect(seen).toEqual(['a', 'b', 'a']);
  expect(() =>
    context.run({ name: 'a' }, () => {
      throw new Error('thrown');
    }),
  ).toThrow('thrown');
  expect(name()).toBeUndefined();
});

it('goes on after an await, in a chain, and in the then() of a thenable that is awaited', async () => {
  const seen: (string | undefined)[] = [];
  const see = () => seen.push(name());
  const thenable = {
    // biome-ignore lint/suspicious/noThenProperty: The test awaits it.
    then(resolve: (value: undefined) => void) {
      see();
      resolve(undefined);
    },
  };
  const inner = async () => {
    await sleep(1);
    see();
  };
  await context.run({ name: 'a' }, async () => {
    await inner();
    see();
    await thenable;
    await Promise.resolve().then(see).finally(see);
  });
  expect(seen).toEqual(['a', 'a', 'a', 'a', 'a']);
  expect(name()).toBeUndefined();
});

it('keeps apart those that run at once', async () => {
  const late = async () => {
    for (let n = 0; n < 5; n++) await sleep(1);
    return name();
  };
  const names = ['a', 'b', 'c'];
  expect(await Promise.all([...names.map((one) => context.run({ name: one }, late)), late()])).toEqual([
    ...names,
    undefined,
  ]);
});

it('knows nothing after disable() in the middle of code that belongs to something, and can be used again', async () => {
  const seen = await context.run({ name: 'a' }, async () => {
    await sleep(1);
    context.disable();
    const now = name();
    await sleep(1);
    return [now, name()];
  });
  expect(seen).toEqual([undefined, undefined]);
  expect(name()).toBeUndefined();
  expect(await context.run({ name: 'b' }, () => sleep(1).then(name))).toBe('b');
});
