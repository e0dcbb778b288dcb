import type { Behaviour } from '../test/support/voice-behaviour.ts';
import { type ServerOptions, startVoiceServer } from '../test/support/voice-server.ts';

// A process of its own: what the server costs must not count as the client's. Messages set the behaviour of the
// connections to come; the answer to each is where to connect.
const server = await startVoiceServer({}, JSON.parse(process.argv[2] ?? '{}') as ServerOptions);

process.on('message', (behaviour: Behaviour) => {
  server.behaviour = behaviour;
  process.send?.({ url: server.url, ca: server.ca });
});
process.on('disconnect', () => process.exit());
