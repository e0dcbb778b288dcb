import { describe, expect, it } from 'vitest';
import { HangupError } from '../../core/errors.ts';
import { Faults } from '../../overlays/connection/faults.ts';
import { type Stream, StreamSet } from '../../overlays/connection/streams.ts';

function stream(contextId: string | undefined, events: string[] = []): Stream & { end(): void } {
  let isOpen = true;
  const end = () => {
    isOpen = false;
  };
  return {
    name: `context ${contextId}`,
    contextId,
    get isOpen() {
      return isOpen;
    },
    cut(loss) {
      end();
      events.push(`${contextId} cut: ${loss({ contextId, phase: 'first-chunk' }).message}`);
    },
    drop() {
      end();
      events.push(`${contextId} dropped`);
    },
    end,
  };
}

function setOf(...streams: Stream[]): StreamSet {
  const set = new StreamSet();
  for (const one of streams) set.add(one);
  return set;
}

const loss = new Faults({ name: 'socket test' }, () => []).loss({ code: 1011 });

describe('a fault', () => {
  it('concerns the streams of the context that it names, and no other', () => {
    const [a, alsoA, b] = [stream('a'), stream('a'), stream('b')];
    const set = setOf(a, alsoA, b);
    expect(set.concernedBy('a')).toEqual([a, alsoA]);
    expect(set.concernedBy('c')).toEqual([]);
    expect(setOf(a).concernedBy('c')).toEqual([]);
  });

  it.each([undefined, null, '', 42, {}])('concerns the only open stream, when it names %s', (contextId) => {
    const a = stream('a');
    expect(setOf(a).concernedBy(contextId)).toEqual([a]);
    expect(setOf(a, stream('b')).concernedBy(contextId)).toEqual([]);
    expect(setOf().concernedBy(contextId)).toEqual([]);
  });

  it('does not concern a stream that has ended', () => {
    const [a, b] = [stream('a'), stream('b')];
    const set = setOf(a, b);
    b.end();
    expect(set.concernedBy(undefined)).toEqual([a]);
    expect(set.concernedBy('b')).toEqual([]);
  });
});

describe('streams', () => {
  it('are cut with a cause by a fault, one by one, and by the loss of the connection, all', () => {
    const events: string[] = [];
    const set = setOf(stream('a', events), stream('b', events), stream('c', events));
    expect(set.cutConcerned('b', loss)).toBe(true);
    expect(set.cutConcerned('b', loss)).toBe(false);
    set.cut(loss);
    set.cut(loss);
    const cut = (id: string) => `${id} cut: the connection closed with code 1011 before context ${id} was done`;
    expect(events).toEqual([cut('b'), cut('a'), cut('c')]);
  });

  it('are dropped quietly, and named as unfinished until the connection is lost', () => {
    const events: string[] = [];
    const [a, b] = [stream('a', events), stream('b', events)];
    const set = setOf(a, b);
    b.end();
    set.drop();
    expect(events).toEqual(['a dropped']);
    expect(set.unfinished).toEqual(['context a']);
    set.forget();
    expect(set.unfinished).toEqual([]);
  });
});

describe('the message of a cut', () => {
  const reader = { contextId: 'a', phase: 'first-chunk' } as const;

  it.each([
    [{ code: 1011 }, 'the connection closed with code 1011 before context a was done'],
    [{ code: 1001, reason: 'bye' }, 'the connection closed with code 1001 ("bye") before context a was done'],
    [
      { code: 1006 },
      'the connection closed with code 1006 (no close frame: the network or the provider is gone) before context a was done',
    ],
    [{ what: 'could not parse websocket event' }, 'context a ended early: could not parse websocket event'],
  ])('%j', (end, message) => {
    expect(new Faults({ name: 'socket test' }, () => []).streamEnded(reader, end).message).toBe(message);
  });

  it('says why hangup itself has destroyed the connection', () => {
    const faults = new Faults({ name: 'socket test' }, () => []);
    faults.lastError = new HangupError('ERR_HEARTBEAT', 'no pong within 200 ms');
    const { message } = faults.streamEnded(reader, { code: 1006 });
    expect(message).toBe('no pong within 200 ms, so the connection was destroyed before context a was done');
  });
});
