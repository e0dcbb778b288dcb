// Says nothing and waits for nothing: the process must end by itself once the server is gone.
import { connect, say } from './cell.mjs';

const ws = await connect();
say('connected');
ws.socket.on('close', () => say('shutdown'));
