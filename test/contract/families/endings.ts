import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Diagnostics } from '../../../core/diagnostics.ts';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import type { Fault, VoiceServer } from '../../support/voice-server.ts';
import { missing } from '../defects.ts';
import { type Bare, type Scenario, slug } from '../play.ts';
import { endless, type Stage } from '../stage.ts';

// Scenarios of ends that families share whose classes tell the app of an end by an event or a callback.

interface Drop {
  readonly name: string;
  readonly fault: Fault;
  readonly code: number;
  readonly reason: string;
}

const drops: readonly Drop[] = [
  { name: 'close 1000', fault: { kind: 'close', code: 1000 }, code: 1000, reason: '' },
  {
    name: 'close 1011',
    fault: { kind: 'close', code: 1011, reason: 'overloaded' },
    code: 1011,
    reason: 'overloaded',
  },
  { name: 'a TCP reset', fault: { kind: 'reset' }, code: 1006, reason: '' },
];

/** A stage that opens a connection with an answer under way. */
interface Speaking<W = unknown> extends Stage {
  speaking(behaviour: VoiceServer['behaviour']): Promise<W>;
}

interface TellingDrops<S, T> {
  /** Completes "close 1000 …". */
  name: string;
  /** The behaviour of the bare SDK: at a drop, and when the peer hangs after its close frame. Default for a drop: it passes. */
  bare?: Bare;
  bareHang: Bare;
  /** Chooses the cells that see a close frame whose peer hangs. Default: all. */
  seesHang?: () => boolean;
  /** Asserts that the app is told once. */
  toldOnce(stage: S, code: number): Promise<T>;
  /** Asserts more of that for one drop. @param told the result of {@link toldOnce} */
  check?(stage: S, told: T, drop: Drop): void;
}

/** D7: each drop is told once, and so is a peer that hangs after its close frame. */
export function tellsDrops<S extends Speaking, T>(family: TellingDrops<S, T>): readonly Scenario<S>[] {
  const { name, bare = 'passes', bareHang, seesHang, toldOnce, check } = family;
  return [
    ...drops.map(
      (drop): Scenario<S> => ({
        id: `${slug(drop.name)}-told-once`,
        promise: 'D7',
        name: `${drop.name} ${name}`,
        bare,
        async run(stage) {
          await stage.speaking(endless);
          stage.server.inflict(drop.fault);
          check?.(stage, await toldOnce(stage, drop.code), drop);
        },
      }),
    ),
    {
      id: 'close-frame-and-hang-told-once',
      promise: 'D7',
      name: 'a peer that sends its close frame and hangs is told once',
      bare: bareHang,
      ...(seesHang && { concerns: seesHang }),
      async run(stage) {
        await stage.speaking(endless);
        stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
        await toldOnce(stage, 1001);
      },
    },
  ];
}

interface Secret {
  /** Names it. */
  what: string;
  /** The close reason, with the secret in it. */
  reason: string;
  /** The part of the reason that the message of the error has. */
  kept: RegExp;
  text: RegExp;
}

/** D7, D13: the error of a drop, which its channel tells, has the code and the reason, and no secret. */
export function scrubsCut<S extends Speaking>({ what, reason, kept, text }: Secret): Scenario<S> {
  return {
    id: 'cut-is-scrubbed',
    promise: ['D7', 'D13'],
    name: `the error of a drop has the code and the reason, without ${what} in it`,
    bare: { fails: /^the error of the drop: not within/ },
    async run(stage) {
      const cuts: Error[] = [];
      const listen = (message: unknown) => void cuts.push((message as Diagnostics['hangup.stream.cut']).error);
      subscribe('hangup.stream.cut', listen);
      try {
        await stage.speaking(endless);
        stage.server.inflict({ kind: 'close', code: 1008, reason });
        const isOurs = (error: Error) => (error as { closeCode?: number }).closeCode === 1008;
        await stage.until(() => cuts.some(isOurs), 'the error of the drop');
        for (const cut of cuts.filter(isOurs)) {
          assert.match(cut.message, kept);
          assert.doesNotMatch(`${cut.stack} ${JSON.stringify(cut)}`, text);
        }
      } finally {
        unsubscribe('hangup.stream.cut', listen);
      }
    },
  };
}

interface Quiet extends Speaking<Disconnectable> {
  gone(): Promise<void>;
  /** Asserts that no listener has heard of an end. */
  toldNothing(): void;
}

/**
 * D1, D7: `disconnect()` tells no listener of an end, and nothing comes after it.
 *
 * @param answer names the answer under way
 * @param heard the number of messages that the app has got
 */
export function tellsNoOwnEnd<S extends Quiet>(answer: string, heard: (stage: S) => number): readonly Scenario<S>[] {
  return ([undefined, true] as const).map((how) => ({
    id: `own-end-tells-nothing${how ? '-forced' : ''}`,
    promise: ['D1', 'D7'],
    name: `disconnect(${how ?? ''}) in the middle of ${answer} tells nobody of an end`,
    bare: missing,
    async run(stage) {
      const target = await stage.speaking(endless);
      await stage.within(stage.disconnect(target, how), 'disconnect()');
      await stage.gone();
      const before = heard(stage);
      await stage.settle();
      stage.toldNothing();
      assert.equal(heard(stage), before, 'messages after the end');
    },
  }));
}

interface Unheard extends Stage {
  /** @param options `listen`: without listeners for the end and for errors */
  speaking(behaviour: VoiceServer['behaviour'], options: { listen: false }): Promise<unknown>;
}

/** D7, D10: a drop that no listener hears of is told by one warning, without the key in it. */
export function warnsOfDrop<S extends Unheard>(): Scenario<S> {
  return {
    id: 'unheard-drop',
    promise: ['D7', 'D10'],
    name: 'a drop that nobody listens for is told by one warning',
    bare: { fails: /^the warning: not within/ },
    async run(stage) {
      const warnings: string[] = [];
      const listen = ({ message }: Error) => void warnings.push(message);
      process.on('warning', listen);
      try {
        await stage.speaking(endless, { listen: false });
        stage.server.inflict({ kind: 'close', code: 1008, reason: 'bad key sk_car_TESTKEYdonotprint' });
        const ours = () => warnings.filter((message) => message.includes('1008'));
        await stage.until(() => ours().length > 0, 'the warning');
        assert.match(ours()[0]!, /"bad key .+; nothing listens for errors on this connection$/);
        assert.doesNotMatch(ours()[0]!, /TESTKEY/);
      } finally {
        process.off('warning', listen);
      }
    },
  };
}
