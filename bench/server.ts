import { type ServerOptions, startVoiceServer } from '../test/support/voice-server.ts';
import type { Behaviour } from '../testing/behaviour.ts';

// The server is a process of its own, so that its time does not count as time of the client. A message sets the behaviour of
// the next connections. The answer to a message is the address of the server.
const server = await startVoiceServer({}, JSON.parse(process.argv[2] ?? '{}') as ServerOptions);

process.on('message', (behaviour: Behaviour) => {
  server.behaviour = behaviour;
  process.send?.({ url: server.url, ca: server.ca });
});
process.on('disconnect', () => process.exit());
