import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cartesia } from 'cartesia-4.2.0';
import { overlay } from '../../overlays/cartesia/index.ts';
import { type Check, type Section, within } from './section.ts';

const longText = 'This is a long text, so that there is time to interrupt it in the middle of a sentence. '.repeat(12);

/** CARTESIA_MODEL_ID names another model. CARTESIA_BASE_URL, which the SDK reads by itself, points it at another server. */
export const cartesia: Section = {
  name: 'Cartesia',
  needs: { CARTESIA_API_KEY: 'key', CARTESIA_VOICE_ID: 'id of a voice' },
  run,
};

async function run(check: Check): Promise<void> {
  const { CARTESIA_API_KEY: apiKey, CARTESIA_VOICE_ID: id = '', CARTESIA_MODEL_ID: model = 'sonic-3' } = process.env;
  const { target: client } = overlay(new Cartesia({ apiKey, maxRetries: 0 }));
  const speech = {
    model_id: model,
    voice: { mode: 'id' as const, id },
    output_format: { container: 'raw' as const, encoding: 'pcm_s16le' as const, sample_rate: 16000 as const },
  };
  const connect = () => client.tts.websocket();
  type Connection = Awaited<ReturnType<typeof connect>>;

  await check('connects', async () => {
    await using ws = await connect();
    assert.equal(ws.connected, true);
    await ws.disconnect();
    assert.equal(ws.connected, false);
  });

  await check('streams a sentence to its end', async () => {
    await using ws = await connect();
    const { events, ended } = await speak(ws, 'This sentence is spoken to its end.', true);
    await within(ended, 30_000);
    assert.equal(events.at(-1), 'done');
    return `${events.filter((type) => type === 'chunk').length} chunks`;
  });

  await check('cancel() ends the loop, and the connection goes on', async () => {
    await using ws = await connect();
    const { context, ended, began } = await speak(ws, longText);
    await within(began, 15_000);
    const start = performance.now();
    const acknowledged = new Promise<number>((resolve) => {
      ws.on('done', (event) => event.context_id === context.contextId && resolve(performance.now() - start));
    });
    await context.cancel();
    await within(ended, 1000);
    const endedAfter = performance.now() - start;
    // How long the provider takes is its own affair: print it, and expect nothing.
    const done = await Promise.race([acknowledged, sleep(5000, undefined, { ref: false })]);
    const after = await speak(ws, 'And on.', true);
    await within(after.ended, 30_000);
    assert.equal(after.events.at(-1), 'done');
    const took = done === undefined ? 'not within 5 s' : `after ${done.toFixed(0)} ms`;
    return `loop ended after ${endedAfter.toFixed(0)} ms; the provider's done came ${took}`;
  });

  await check('disconnect() mid-stream is graceful, and the loop ends quietly', async () => {
    await using ws = await connect();
    const { ended, began } = await speak(ws, longText);
    await within(began, 15_000);
    const report = await ws.disconnect();
    await within(ended, 100);
    const steps = report.steps.map(({ name, outcome, durationMs }) => `${name} ${outcome} ${durationMs.toFixed(0)} ms`);
    assert.ok(report.durationMs < 2500, `took ${report.durationMs} ms`);
    return `${report.outcome} after ${report.durationMs.toFixed(0)} ms (${steps.join(', ')})`;
  });

  await check('disconnect(true) mid-stream takes milliseconds', async () => {
    await using ws = await connect();
    const { ended, began } = await speak(ws, longText);
    await within(began, 15_000);
    const report = await ws.disconnect(true);
    await within(ended, 100);
    assert.equal(report.outcome, 'forced');
    assert.ok(report.durationMs < 500, `took ${report.durationMs} ms`);
    return `after ${report.durationMs.toFixed(0)} ms`;
  });

  await check('a late push() is refused, a late cancel() resolves', async () => {
    await using ws = await connect();
    const context = ws.context(speech);
    await ws.disconnect(true);
    await assert.rejects(context.push({ transcript: 'too late' }), { code: 'ERR_DISCONNECTED' });
    await context.cancel();
  });

  /** Speaks and listens. `ended` settles with the loop, `began` when the first audio has come. */
  async function speak(ws: Connection, transcript: string, whole = false) {
    const context = ws.context(speech);
    const events: string[] = [];
    let first = () => {};
    const began = new Promise<void>((resolve) => {
      first = resolve;
    });
    const ended = (async () => {
      for await (const event of context.receive()) {
        events.push(event.type);
        if (event.type === 'chunk') first();
      }
    })();
    ended.catch(() => {});
    await context.push({ transcript });
    if (whole) await context.no_more_inputs();
    return { context, events, began, ended };
  }
}
