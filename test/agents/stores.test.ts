/** Every store keeps the same promises. */
import { afterAll, beforeAll, describe, type ExpectStatic, it } from 'vitest';
import { type AgentRecord, type AgentStore, fileStore, redisStore } from '../../lifecycle/agents/index.ts';
import { hasRedis, needsRedis, RedisServer } from '../support/redis.ts';
import { newFolder } from './processes.ts';

const record = (id: string, changes: Partial<AgentRecord> = {}): AgentRecord => ({
  id,
  host: 'a',
  boot: 'b',
  namespace: 'pid:[1]',
  pid: 4711,
  startTime: '99',
  token: `token-of-${id}`,
  state: 'starting',
  spawnedAt: 1,
  ...changes,
});

const ttl = 10_000;
let redis: RedisServer | undefined;

beforeAll(async () => {
  if (hasRedis) redis = await RedisServer.start();
});
afterAll(() => redis?.stop());

const kinds = [
  { kind: 'the embedded store', isHere: true, make: async () => fileStore(newFolder()) },
  {
    kind: `the store of Redis${needsRedis}`,
    isHere: hasRedis,
    make: async (prefix: string) => redisStore(await redis!.client(), { prefix }),
  },
];

let count = 0;

describe.for(kinds)('$kind', ({ isHere, make }) => {
  const play = (title: string, run: (store: AgentStore, expect: ExpectStatic) => Promise<void>) => {
    it.skipIf(!isHere)(title, async ({ expect }) => run(await make(`test${count++}:`), expect));
  };

  play('gives back what was put', async (store, expect) => {
    const put = record('one', { labels: { user: 'Ada "the first"\n', '': 'none' } });
    expect(await store.put(put, ttl)).toBe('stored');
    expect(await store.get('one')).toEqual(put);
    expect(await store.put({ ...put, state: 'ready' }, ttl)).toBe('stored');
    expect(await store.list('a')).toEqual([{ ...put, state: 'ready' }]);
    expect(await store.list('b')).toEqual([]);
  });

  play('knows nothing of an unknown id', async (store, expect) => {
    expect([await store.get('none'), await store.ended('none')]).toEqual([undefined, undefined]);
    expect(await store.list()).toEqual([]);
    await store.remove('none', 'token', 'exited');
    expect(await store.list()).toEqual([]);
  });

  play('takes no other agent for an id that is taken', async (store, expect) => {
    await store.put(record('one'), ttl);
    expect(await store.put(record('one', { token: 'another' }), ttl)).toBe('taken');
    await store.remove('one', 'another', 'exited');
    expect(await store.get('one')).toEqual(record('one'));
  });

  play('takes nothing of an agent whose end was begun', async (store, expect) => {
    await store.put(record('one'), ttl);
    expect(await store.ending('one')).toEqual(record('one', { state: 'ending' }));
    expect(await store.get('one')).toMatchObject({ state: 'ending' });
    expect(await store.put(record('one', { state: 'ready' }), ttl)).toBe('ending');
    await store.remove('one', 'token-of-one', 'killed');
    // A write that was on its way does not bring it back.
    expect(await store.put(record('one'), ttl)).toBe('ending');
    expect(await store.get('one')).toBeUndefined();
    expect(await store.ended('one')).toBe('killed');
  });

  play('takes a new agent of the same id after the end of the old one, and forgets that end', async (store, expect) => {
    await store.put(record('one'), ttl);
    await store.ending('one');
    await store.remove('one', 'token-of-one', 'exited');
    expect(await store.put(record('one', { token: 'new' }), ttl)).toBe('stored');
    expect(await store.ended('one')).toBeUndefined();
    expect(await store.put(record('one'), ttl)).toBe('taken');
  });

  play('refuses whoever comes after an end without a record', async (store, expect) => {
    expect(await store.ending('one')).toBeUndefined();
    expect(await store.put(record('one'), ttl)).toBe('ending');
    expect(await store.list()).toEqual([]);
  });

  play('marks an end for one token only, when it is given one', async (store, expect) => {
    await store.ending('one', 'of another');
    expect(await store.put(record('one'), ttl)).toBe('stored');
    await store.ending('one', 'of another');
    expect(await store.get('one')).toMatchObject({ state: 'starting' });
  });

  play('marks all agents of a lost host', async (store, expect) => {
    await store.put(record('one'), ttl);
    await store.put(record('two', { host: 'b' }), ttl);
    expect(await store.lost('a')).toEqual([record('one', { state: 'lost' })]);
    expect(await store.get('one')).toEqual(record('one', { state: 'lost' }));
    expect(await store.get('two')).toMatchObject({ state: 'starting' });
    expect(await store.put(record('one', { state: 'ready' }), ttl)).toBe('stored');
    expect(await store.get('one')).toMatchObject({ state: 'ready' });
    expect((await store.list()).length).toBe(2);
  });

  play('either stores a record or refuses it, when its end comes at the same moment', async (store, expect) => {
    for (let round = 0; round < 50; round++) {
      const id = `race-${round}`;
      const [put, ended] = await Promise.all([store.put(record(id), ttl), store.ending(id)]);
      // The end has the record, or the start hears of the end.
      expect(put === 'ending' || ended !== undefined).toBe(true);
      await store.remove(id, `token-of-${id}`, 'exited');
      expect(await store.get(id)).toBeUndefined();
    }
  });
});
