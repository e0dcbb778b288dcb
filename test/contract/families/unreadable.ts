import assert from 'node:assert/strict';
import type { Bare, Scenario } from '../play.ts';
import type { Stage } from '../stage.ts';

// Scenarios of frames that the SDK cannot read, which families share whose classes have an event for errors.

interface Hearing<W> extends Stage {
  /** The errors that the listener of the app has heard. */
  readonly errors: readonly (Error & { code?: unknown })[];
  open(): Promise<W>;
  /** Asserts that the session still transcribes. */
  goesOn(target: W): Promise<void>;
}

/** D10, D13: a frame that the SDK cannot read is told, without the key in it, and ends nothing. */
export function tellsUnreadable<W, S extends Hearing<W>>(frame: string, bare: Bare): readonly Scenario<S>[] {
  return [
    {
      id: 'unreadable-frame-told',
      promise: 'D10',
      name: 'a message that the SDK cannot read is told to the error listener, and the session goes on',
      bare,
      async run(stage) {
        const target = await stage.open();
        stage.server.inflict({ kind: 'text', data: frame });
        await stage.until(() => stage.errors.length > 0, 'the error');
        const [error] = stage.errors;
        assert.equal(error?.code, 'ERR_PROVIDER');
        assert.ok(error.cause instanceof Error);
        await stage.goesOn(target);
        assert.equal(stage.errors.length, 1);
      },
    },
    {
      id: 'secret-in-a-frame',
      promise: ['D10', 'D13'],
      name: 'a message with a key in it that the SDK cannot read: the error does not have the key',
      bare,
      async run(stage) {
        await stage.open();
        stage.server.inflict({ kind: 'text', data: 'sk_car_TESTKEYdonotprint' });
        await stage.until(() => stage.errors.length > 0, 'the error');
        const [error] = stage.errors;
        assert.doesNotMatch(`${error!.stack} ${(error!.cause as Error).stack}`, /TESTKEY/);
      },
    },
  ];
}
