import type { Member } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { checkKeys, checkMs } from '../../core/options.ts';
import { memberText, trackAlive } from '../alive.ts';
import { type Level, levelKey } from '../level.ts';
import { nest } from '../work.ts';
import { byFunction } from './functions.ts';
import type {
  Endable,
  FastifyLike,
  HttpServerLike,
  Manner,
  MemberOptions,
  WebSocketLike,
  WebSocketServerLike,
} from './kinds.ts';
import { Leaf } from './leaf.ts';
import { ofFastify, ofHttpServer } from './servers.ts';
import { ofSocket, ofSocketServer } from './sockets.ts';

/**
 * Makes a thing of any kind a member of a level.
 *
 * @param path of the level, for `whyAlive()`
 * @throws {TypeError} on an unknown kind or an invalid option
 */
export function makeMember(level: object, path: string, name: string, thing: Endable, options: MemberOptions): Member {
  checkKeys(`use("${name}")`, options, ['timeout', 'force', 'closeCode', 'closeReason']);
  const { timeout } = options;
  const cap = timeout === undefined ? undefined : checkMs(`use("${name}"): timeout`, timeout);
  if (isLevel(thing)) {
    nest(thing, level);
    return { cap, end: (limit) => thing[levelKey](limit) };
  }
  const ladder = new Ladder(new Leaf(name, mannerOf(level, name, thing, options), options));
  ladder.onEnd(trackAlive('members', { toString: () => memberText(`${path} › ${name}`, thing) }));
  return { cap, end: (limit) => ladder.end(limit) };
}

const isLevel = (thing: object): thing is Level => levelKey in thing;

/** An `http.Server` is an `AsyncDisposable` as well, whose end has no limit: the kinds are told in this order. */
function mannerOf(level: object, name: string, thing: Exclude<Endable, Level>, options: MemberOptions): Manner {
  if (typeof thing === 'function') return byFunction(thing, level);
  const has = (key: string) => typeof (thing as unknown as Record<string, unknown> | null)?.[key] === 'function';
  if (has('disconnect')) {
    const client = thing as { disconnect(limit: unknown): PromiseLike<unknown> };
    return {
      step: 'disconnect',
      ask: (limit) => client.disconnect(limit),
      destroy: () => void client.disconnect(true),
    };
  }
  if (has('close') && has('terminate')) return ofSocket(thing as WebSocketLike, options);
  if (has('close') && (thing as WebSocketServerLike).clients instanceof Set) {
    return ofSocketServer(thing as WebSocketServerLike, options);
  }
  if (has('close') && has('closeAllConnections')) return ofHttpServer(thing as HttpServerLike);
  if (has('close') && has('addHook')) return ofFastify(thing as FastifyLike);
  if (typeof (thing as Partial<AsyncDisposable> | null)?.[Symbol.asyncDispose] === 'function') {
    return { ...byFunction(() => (thing as AsyncDisposable)[Symbol.asyncDispose](), level), step: 'dispose' };
  }
  const next = has('then')
    ? 'this is a promise; hand in a function that waits for it, such as async (limit) => (await promise).disconnect(limit)'
    : 'hangup does not know how to end this; hand in a function that does';
  throw new TypeError(`use("${name}"): ${next}`);
}
