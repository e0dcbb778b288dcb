/** An app may replace the global `Promise`. The promises of its own asynchronous functions are then no instances of it. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'vitest';
import { deliver, loadClass, socketCells } from '../support/cells.ts';
import {
  chunkSamples,
  connectVoice,
  destroy,
  newVoice,
  request,
  type Voice,
  type VoiceClass,
} from '../support/reconnecting.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const tested = ['1.0.1', '1.3.0', '2.1.0', '2.2.9'];
const cells = socketCells('overlay').filter(
  ({ version, target, format, broken }) =>
    tested.includes(version) &&
    /^Web[sS]ocket$/.test(target.className) &&
    format === (version.startsWith('1') ? 'esm' : 'cjs') &&
    broken === undefined,
);

const Own = globalThis.Promise;
let server: VoiceServer;
let voice: Voice;
afterEach(async () => {
  globalThis.Promise = Own;
  destroy(voice);
  await server.close();
});

test.each(cells.map((cell) => [cell.version, cell] as const))('%s', async (version, cell) => {
  server = await startVoiceServer({ chunks: 3 });
  globalThis.Promise = class Replaced<T> extends Own<T> {};
  const Class = await loadClass<VoiceClass>(cell);
  // A tracing tool wraps the method so.
  const { send } = Class.prototype;
  Class.prototype.send = async function (...args: Parameters<Voice['send']>) {
    return send.apply(this, args);
  };
  deliver(cell, Class);
  voice = newVoice(Class, version, server.url);
  await connectVoice(voice, server);
  const { source } = await voice.send(request(version, 'a'));
  assert.equal(await source.read(new Float32Array(chunkSamples)), chunkSamples);
  assert.equal((await voice.disconnect()).outcome, 'graceful');
  await assert.rejects(async () => voice.send(request(version, 'b')), { code: 'ERR_DISCONNECTED' });
});
