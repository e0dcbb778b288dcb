import { block } from '../documents.ts';

/** An app that speaks without end, hangs up after some audio, and has nothing to do after that. */
const body = `
async function main() {
  const client = new Cartesia({ apiKey: process.env.CARTESIA_API_KEY });
  const ws = await client.tts.websocket();
  const context = ws.context({
    model_id: 'sonic-3',
    voice: { mode: 'id', id: process.env.CARTESIA_VOICE_ID },
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
  });
  await context.push({ transcript: 'Hello' });
  let chunks = 0;
  let report;
  for await (const event of context.receive()) {
    if (event.type === 'chunk' && ++chunks === 3) report = client.disconnect();
  }
  console.log('hung up:', (await report).outcome);
}

main();
`;

/** The last line of these programs. The provider of the tests answers no close frame. */
export const hungUp = 'hung up: forced';
export const commonJs = `const { Cartesia } = require('@cartesia/cartesia-js');\n${body}`;
export const esModule = `import { Cartesia } from '@cartesia/cartesia-js';\n${body}`;

/** The same program with `overlay()`, in the language of its other imports. */
export const overlaid = (program: string): string =>
  (program === commonJs
    ? `const { overlay } = require('hangup/cartesia');\n${program}`
    : `import { overlay } from 'hangup/cartesia';\n${program}`
  ).replace(/const client = (.+);/, 'const { target: client } = overlay($1);');

/** The program of the README: it connects, and hangs up on SIGTERM. */
export const server = block('README.md', 'Use it', 'ts');
export const startUp = block('APPLY.md', 'At start-up', 'ts', 'assertPatched');
export const quickStart = block('README.md', 'hangup', 'sh');
