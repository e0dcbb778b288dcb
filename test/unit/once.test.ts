/** A promise of `once()` of a stream of 1.x or 2.x is settled at the latest with the end of the stream. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, test } from 'vitest';
import { deliver, loadClass, socketCells } from '../support/cells.ts';
import {
  connectVoice,
  destroy,
  newVoice,
  request,
  type Speech,
  type Voice,
  type VoiceClass,
} from '../support/reconnecting.ts';
import { type Behaviour, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const tested = ['1.0.1', '1.1.0', '1.3.0', '2.1.0', '2.2.9'];
const cells = socketCells('overlay').filter(
  ({ version, target, format, broken }) =>
    tested.includes(version) &&
    /^Web[sS]ocket$/.test(target.className) &&
    format === (version.startsWith('1') ? 'esm' : 'cjs') &&
    broken === undefined,
);

let server: VoiceServer;
let voice: Voice;
afterEach(async () => {
  destroy(voice);
  await server.close();
});

describe.each(cells.map((cell) => [cell.version, cell] as const))('%s', (version, cell) => {
  async function speak(behaviour: Behaviour): Promise<Speech> {
    const Class = await loadClass<VoiceClass>(cell);
    deliver(cell, Class);
    server = await startVoiceServer(behaviour);
    voice = newVoice(Class, version, server.url);
    await connectVoice(voice, server);
    return voice.send(request(version, 'a'));
  }
  const outcomeOf = (promise: Promise<unknown>) =>
    Promise.race([
      promise.then(
        () => 'kept',
        (error) => error.code as string,
      ),
      sleep(1_000, 'never'),
    ]);
  const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 5 };

  test('before and after stop()', async () => {
    const speech = await speak(endless);
    await speech.source.once('enqueue');
    const closed = speech.source.once('close');
    const before = [speech.once('timestamps'), speech.once('close'), speech.source.once('nothing')];
    speech.stop!();
    assert.equal(await outcomeOf(closed), 'kept');
    for (const promise of before) assert.equal(await outcomeOf(promise), 'ERR_STREAM_ENDED');
    assert.equal(await outcomeOf(speech.once('message')), 'ERR_STREAM_ENDED');
    assert.equal(await outcomeOf(speech.source.once('enqueue')), 'ERR_STREAM_ENDED');
    assert.equal(await outcomeOf(speech.source.once('close')), 'kept');
  });

  test('before and after its done', async () => {
    const speech = await speak({ chunks: 2 });
    const before = [speech.once('timestamps'), speech.source.once('nothing')];
    assert.equal(await outcomeOf(speech.source.once('close')), 'kept');
    for (const promise of before) assert.equal(await outcomeOf(promise), 'ERR_STREAM_ENDED');
    assert.equal(await outcomeOf(speech.once('message')), 'ERR_STREAM_ENDED');
    assert.equal(await outcomeOf(speech.source.once('close')), 'kept');
  });

  test('the end message keeps the promise that waits for it', async () => {
    const speech = await speak({ chunks: 2 });
    const heard: unknown[] = [];
    let outcome = 'kept';
    while (outcome === 'kept') {
      const message = speech.once('message');
      outcome = await outcomeOf(message);
      if (outcome === 'kept') heard.push(JSON.parse((await message) as string));
    }
    assert.equal(outcome, 'ERR_STREAM_ENDED');
    assert.equal((heard.at(-1) as { type?: string; done?: boolean }).done, true);
  });

  test('after disconnect()', async () => {
    const speech = await speak(endless);
    await speech.source.once('enqueue');
    const before = speech.once('timestamps');
    await voice.disconnect(true);
    assert.equal(await outcomeOf(before), 'ERR_DISCONNECTED');
    assert.equal(await outcomeOf(speech.once('message')), 'ERR_DISCONNECTED');
    assert.equal(await outcomeOf(speech.source.once('close')), 'kept');
  });
});
