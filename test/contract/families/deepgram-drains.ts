import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import type { VoiceServer } from '../../support/voice-server.ts';
import { missing } from '../defects.ts';
import type { SocketCell } from '../driver.ts';
import type { Scenario } from '../play.ts';
import { endless, type Stage } from '../stage.ts';

/** Messages of the provider that end the answer of an agent. None of them is followed by `AgentAudioDone`. */
const overs = [
  ['refused-message', 'InjectionRefused', 'the agent has refused'],
  ['interrupted', 'UserStartedSpeaking', 'the user has interrupted'],
] as const;

/** An answer of an agent that does not come to its end. */
const unfinished = { chunks: 3, done: false };

/** A stage that opens a connection with an answer under way. */
interface Speaking<W> extends Stage {
  speaking(behaviour: VoiceServer['behaviour']): Promise<W>;
}

interface Classes<S, W> {
  listen: string;
  agent: string;
  /** Settles when the app has got a message of this type. It listens from the call on. */
  hears(stage: S, ws: W, type: string): Promise<unknown>;
}

/** D1: `disconnect({drain})` of both generations of the Deepgram SDK, whose protocol is the same. */
export function deepgramDrains<W extends Disconnectable, S extends Speaking<W>>(
  classes: Classes<S, W>,
): readonly Scenario<S>[] {
  const isOf =
    (className: string) =>
    ({ target }: SocketCell) =>
      target.className === className;
  const [isListen, isAgent] = [isOf(classes.listen), isOf(classes.agent)];
  return [
    ...(['error', 'close'] as const).map(
      (how): Scenario<S> => ({
        id: `drain-refused-by-${how}`,
        promise: 'D1',
        name: `disconnect({drain}) whose last message is answered by ${how === 'error' ? 'an error' : 'close 1000 alone'} says that the rest is lost`,
        bare: missing,
        concerns: isListen,
        async run(stage) {
          const ws = await stage.speaking(endless);
          const end = stage.disconnect(ws, { drain: 60_000 });
          await sleep(20);
          stage.server.inflict(
            how === 'error' ? { kind: 'error-event', withContext: false } : { kind: 'close', code: 1000 },
          );
          const report = await stage.within(end, 'disconnect()');
          assert.deepEqual([report.outcome, report.steps[0]?.outcome], ['forced', 'failed']);
        },
      }),
    ),
    ...overs.map(
      ([id, type, what]): Scenario<S> => ({
        id,
        promise: 'D1',
        name: `disconnect({drain}) does not wait for an answer that ${what}`,
        bare: missing,
        concerns: isAgent,
        async run(stage) {
          const ws = await stage.speaking(unfinished);
          const heard = classes.hears(stage, ws, type);
          stage.server.inflict({ kind: 'text', data: JSON.stringify({ type }) });
          await stage.within(heard, type);
          stage.reported(await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect()'), 'graceful');
        },
      }),
    ),
    {
      id: 'interrupted-in-a-drain',
      promise: 'D1',
      name: 'disconnect({drain}) of an agent ends when the user interrupts it',
      bare: missing,
      concerns: isAgent,
      async run(stage) {
        const ws = await stage.speaking(unfinished);
        const end = stage.disconnect(ws, { drain: 60_000 });
        await stage.settle();
        stage.server.inflict({ kind: 'text', data: '{"type":"UserStartedSpeaking"}' });
        const report = await stage.within(end, 'disconnect()');
        assert.deepEqual([report.outcome, report.steps[0]?.outcome], ['graceful', 'ok']);
      },
    },
  ];
}
