import { pinned } from '../documents.ts';
import { quickStart } from './programs.ts';
import { json, sdk, type Trial } from './trial.ts';

/** Code of an app that is tested: it counts the chunks of audio, and hangs up after some of them. */
const code = `
async function hear(client, most) {
  const ws = await client.tts.websocket();
  let chunks = 0;
  const request = {
    model_id: 'sonic-3',
    voice: { mode: 'id', id: 'voice' },
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
    transcript: 'Hello',
  };
  for await (const event of ws.generate(request)) {
    if (event.type === 'chunk' && ++chunks === most) void client.disconnect();
  }
  return { chunks, connected: ws.connected };
}
`;

const tests = `
test('the SDK is patched', () => {
  expect(TTSWS.prototype.disconnect).toBeInstanceOf(Function);
});

test('it hangs up', async () => {
  const client = new Cartesia({ apiKey: 'key' });
  expect(await hear(client, 3)).toEqual({ chunks: 3, connected: false });
  await expect(client.tts.websocket()).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
});
`;

export const unitTests: Trial = {
  id: 'unit-tests',
  title: 'Unit tests with vitest and Jest',
  async play(app, another) {
    app.write({
      'package.json': json({ name: 'app', private: true, type: 'module' }),
      'hear.js': `export ${code.trimStart()}`,
      'hear.test.js': `import { Cartesia } from '@cartesia/cartesia-js';
import { TTSWS } from '@cartesia/cartesia-js/resources/tts/ws';
import { expect, test } from 'vitest';
import { hear } from './hear.js';
${tests}`,
    });
    await app.given(`npm install ${sdk}`);
    await app.given(`npm install --save-dev ${pinned('vitest')}`);
    await app.initialise(quickStart);
    await app.program('npx vitest run', '2 passed');

    const inJest = another('in-jest');
    inJest.write({
      'package.json': json({ name: 'app', private: true }),
      'hear.js': `${code}\nmodule.exports = { hear };\n`,
      'hear.test.js': `const { Cartesia } = require('@cartesia/cartesia-js');
const { TTSWS } = require('@cartesia/cartesia-js/resources/tts/ws');
const { hear } = require('./hear.js');
${tests}`,
    });
    await inJest.given(`npm install ${sdk}`);
    await inJest.given('npm install --save-dev jest@30.5.2');
    await inJest.initialise(quickStart);
    await inJest.program('npx jest', '2 passed');
  },
};
