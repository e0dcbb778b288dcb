// Every child program starts here: the SDK of its cell, a client for the parent's server, and the shutdown call.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_FORMAT, CELL_OVERLAY, CELL_OPTIONS, CELL_URL, CELL_SOCKET_OPTIONS } = process.env;

const load = (file) =>
  CELL_FORMAT === 'cjs'
    ? createRequire(import.meta.url)(join(CELL_PACKAGE, `${file}.js`))
    : import(pathToFileURL(join(CELL_PACKAGE, `${file}.mjs`)).href);

const { Cartesia } = await load('index');
export const { TTSWS } = await load('resources/tts/ws');
const { overlay } = CELL_OVERLAY ? await import(pathToFileURL(CELL_OVERLAY).href) : {};
/** Overlays a target, in the cells in which that is how hangup gets there. */
export const cover = (target) => overlay?.(target, JSON.parse(CELL_OPTIONS ?? '{}'));
cover(TTSWS);

const maxRetries = Number(process.env.RETRIES ?? 0);
export const client = new Cartesia({ baseURL: CELL_URL, apiKey: 'sk_car_TESTKEYdonotprint', maxRetries });

const speech = {
  model_id: 'sonic-2',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
};

export const connect = () => client.tts.websocket(JSON.parse(CELL_SOCKET_OPTIONS ?? '{}'));
export const contextOf = (ws, contextId = 'a') => ws.context({ ...speech, contextId });

/** Tells the parent where the program is; it measures from `shutdown` to the exit. */
export const say = (word) => process.stdout.write(`${word}\n`);

/** `disconnect()`, or `close()` where there is nothing better. */
export function hangUp(ws, how) {
  say('shutdown');
  return ws.disconnect ? ws.disconnect(how) : ws.close();
}

/** Resolves after `count` chunks of a stream that goes on being read; `ended` is its end. */
export async function listen(context, count) {
  let enough;
  const reached = new Promise((resolve) => {
    enough = resolve;
  });
  const ended = (async () => {
    let chunks = 0;
    try {
      for await (const event of context.receive()) if (event.type === 'chunk' && ++chunks === count) enough();
      return 'quietly';
    } catch (error) {
      enough();
      return error.code ?? error.message;
    }
  })();
  await context.push({ transcript: 'hello' });
  await reached;
  return { ended };
}
