import assert from 'node:assert/strict';
import { chunkSamples, request } from '../../../support/reconnecting.ts';
import { missing } from '../../defects.ts';
import type { Scenario } from './stage.ts';

/** D1: the option `drain`. */
export const draining: readonly Scenario[] = [
  {
    id: 'drain-ends-the-inputs',
    promise: 'D1',
    name: 'disconnect({drain}) tells the provider that a context gets no more text, and its reader gets the last words',
    bare: { fails: /^the samples/ },
    concerns: ({ version }) => !version.startsWith('1.0'),
    async run(stage) {
      const voice = await stage.open({ chunks: 10, interval: 5 });
      const more = { ...request(stage.version, 'a'), continue: true };
      const reader = stage.read(await stage.within(Promise.resolve(voice.send(more)), 'send()'));
      await stage.within(Promise.resolve(voice.continue!(more)), 'continue()');
      await stage.ready(() => reader.samples > 0, 'audio');
      stage.reported(await stage.hangUp(voice, { drain: 60_000 }), 'graceful');
      await stage.endsAfter(reader);
      assert.equal(reader.samples, 20 * chunkSamples, 'the samples that were read');
    },
  },
  {
    id: 'drain-ends-no-input-twice',
    promise: ['D1', 'D14'],
    name: 'disconnect({drain}) sends nothing to a context that has all of its text',
    bare: missing,
    concerns: ({ version }) => !version.startsWith('1.0'),
    async run(stage) {
      const voice = await stage.open({ chunks: 10, interval: 5 });
      const text = request(stage.version, 'a');
      const reader = stage.read(await stage.within(Promise.resolve(voice.send({ ...text, continue: true })), 'send()'));
      await stage.within(Promise.resolve(voice.continue!({ ...text, continue: false })), 'continue()');
      await stage.ready(() => stage.server.seen.messages.length === 2, 'both messages');
      // The first versions of 2.x cannot say so.
      const isSaid = stage.server.seen.messages[1]!.continue === false;
      await stage.within(stage.disconnect(voice, { drain: 60_000 }), 'disconnect()');
      await stage.endsAfter(reader);
      assert.equal(stage.server.seen.messages.length, isSaid ? 2 : 3, 'messages that the server got');
    },
  },
];
