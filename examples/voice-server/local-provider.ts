import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

// Speaks so much of the protocol of OpenAI Realtime that the example runs without a key. It says nothing sensible: a tone.

/** Audio is 24 kHz, 16 bits, mono, as OpenAI sends it. */
const rate = 24_000;
const chunkMs = 40;
const tone = toneOf(440);

/** The things to close when the process ends. */
export type LocalProvider = { url: string; close(): void };

interface Request {
  type?: string;
  response_id?: string;
  response?: { metadata?: { ms?: string; tool?: string } };
}

/** @param hangs it accepts connections, and never answers */
export async function startLocalProvider(hangs: boolean): Promise<LocalProvider> {
  if (hangs) {
    const sockets = new Set<{ destroy(): void }>();
    const server = createTcpServer((socket) => void sockets.add(socket.on('error', () => {})));
    const url = await listen(server.listen(0, '127.0.0.1'));
    const close = () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    return { url, close };
  }
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => void new Conversation(socket));
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

class Conversation {
  readonly #socket: WebSocket;
  #active: { id: string; timer: NodeJS.Timeout } | undefined;
  #count = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Request));
    socket.on('close', () => clearInterval(this.#active?.timer));
    socket.on('error', () => {});
    this.#send({ type: 'session.created', session: { type: 'realtime', audio: { output: { voice: 'marin' } } } });
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #take({ type, response_id, response }: Request): void {
    if (type === 'response.cancel') this.#finish(response_id, 'cancelled');
    else if (type === 'session.update') this.#send({ type: 'session.updated', session: { type: 'realtime' } });
    else if (type === 'response.create') this.#create(response?.metadata ?? {});
  }

  #create({ ms, tool }: { ms?: string; tool?: string }): void {
    if (this.#active !== undefined) return;
    const id = `resp_${++this.#count}`;
    this.#send({ type: 'response.created', response: { id, status: 'in_progress' } });
    if (tool !== undefined) {
      const item = { type: 'function_call', name: tool, call_id: `call_${this.#count}`, arguments: '{}' };
      this.#send({ type: 'response.output_item.done', response_id: id, item });
      this.#send({ type: 'response.done', response: { id, status: 'completed' } });
      return;
    }
    let left = ms === undefined ? Number.POSITIVE_INFINITY : Number(ms);
    const timer = setInterval(() => {
      this.#send({ type: 'response.output_audio.delta', response_id: id, delta: tone });
      left -= chunkMs;
      if (left <= 0) this.#finish(id, 'completed');
    }, chunkMs);
    this.#active = { id, timer };
  }

  #finish(id: string | undefined, status: string): void {
    if (this.#active === undefined || this.#active.id !== id) {
      const error = {
        type: 'invalid_request_error',
        code: 'response_cancel_not_active',
        message: 'no active response found',
      };
      this.#send({ type: 'error', error });
      return;
    }
    clearInterval(this.#active.timer);
    this.#active = undefined;
    this.#send({ type: 'response.done', response: { id, status } });
  }
}

function toneOf(hertz: number): string {
  const samples = new Int16Array((rate * chunkMs) / 1000);
  for (const index of samples.keys()) samples[index] = 3000 * Math.sin((2 * Math.PI * hertz * index) / rate);
  return Buffer.from(samples.buffer).toString('base64');
}
