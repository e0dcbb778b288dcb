// All the apps do this: speak, hear two chunks, and hang up or wait for the end. `say` tells what happened.
const speech = {
  model_id: 'sonic-2',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
};

/** @param ending `hang-up`, or `wait`: listen until the loop ends by itself, or `generate`: without a context id of its own */
export async function speak(client, ending, say) {
  const ws = await client.tts.websocket();
  if (ending === 'generate') {
    for await (const { type } of ws.generate({ ...speech, transcript: 'hello' })) if (type === 'done') say('done');
    return void (await ws.disconnect?.(true));
  }
  const context = ws.context({ ...speech, contextId: 'a' });
  let ended;
  const heard = new Promise((resolve) => {
    let chunks = 0;
    ended = (async () => {
      try {
        for await (const event of context.receive()) if (event.type === 'chunk' && ++chunks === 2) resolve();
        say('ended quietly');
      } catch (error) {
        say(`ended ${error.code}`);
      }
    })();
  });
  await context.push({ transcript: 'hello' });
  await heard;
  say('shutdown');
  if (ending === 'wait') await ended;
  if (ws.disconnect === undefined) return ws.close();
  say((await ws.disconnect(true)).outcome);
  await context.push({ transcript: 'too late' }).catch((error) => say(`late ${error.code}`));
}
