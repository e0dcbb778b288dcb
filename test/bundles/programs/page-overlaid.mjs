import { Cartesia } from '@cartesia/cartesia-js';
import { overlay } from 'hangup/cartesia';
import { run } from './page.mjs';

run(Cartesia, (client, say) => {
  try {
    overlay(client, { WebSocket: class {} });
  } catch (error) {
    say(error.code);
  }
  return overlay(client).target;
});
