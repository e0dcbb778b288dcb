import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { makeCertificate } from '../../testing/certificate.ts';
import type { Replacement } from './provider.ts';

// Speaks so much of the protocol of OpenAI Realtime that the example runs without a key. It says nothing sensible: a tone.

/** Audio is 24 kHz, 16 bits, mono, as OpenAI sends it. */
const rate = 24_000;
const chunkMs = 40;
const tone = toneOf(440);

export interface LocalProvider extends Replacement {
  close(): void;
}

interface Request {
  type?: string;
  response_id?: string;
  response?: { metadata?: Metadata };
  session?: object;
}

/** The example asks by it for so many ms of speech, or for the call of a tool. */
interface Metadata {
  ms?: string;
  tool?: string;
}

/** @param hangs it accepts connections, and never answers */
export async function startLocalProvider(hangs: boolean): Promise<LocalProvider> {
  if (hangs) {
    const sockets = new Set<{ destroy(): void }>();
    const server = createTcpServer((socket) => void sockets.add(socket.on('error', () => {})));
    const close = () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    return { baseURL: await listen(server), close };
  }
  const { key, cert } = makeCertificate();
  const server = createHttpsServer({ key, cert });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => void new Conversation(socket));
  const close = () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  };
  return { baseURL: await listen(server), ca: cert, close };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

class Conversation {
  readonly #socket: WebSocket;
  #active: { id: string; metadata: Metadata; timer: NodeJS.Timeout } | undefined;
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

  #take({ type, response_id, response, session }: Request): void {
    if (type === 'response.cancel') this.#cancel(response_id);
    else if (type === 'session.update') this.#send({ type: 'session.updated', session });
    else if (type === 'response.create' && this.#active === undefined) this.#create(response?.metadata ?? {});
  }

  #create(metadata: Metadata): void {
    const id = `resp_${++this.#count}`;
    this.#tell('response.created', id, metadata, 'in_progress');
    if (metadata.tool !== undefined) {
      const item = { type: 'function_call', name: metadata.tool, call_id: `call_${this.#count}`, arguments: '{}' };
      this.#send({ type: 'response.output_item.done', response_id: id, item });
      this.#tell('response.done', id, metadata, 'completed');
      return;
    }
    let left = metadata.ms === undefined ? Number.POSITIVE_INFINITY : Number(metadata.ms);
    const timer = setInterval(() => {
      this.#send({ type: 'response.output_audio.delta', response_id: id, delta: tone });
      left -= chunkMs;
      if (left <= 0) this.#finish('completed');
    }, chunkMs);
    this.#active = { id, metadata, timer };
  }

  #cancel(id: string | undefined): void {
    if (this.#active !== undefined && (id ?? this.#active.id) === this.#active.id) this.#finish('cancelled');
    else {
      const error = {
        type: 'invalid_request_error',
        code: 'response_cancel_not_active',
        message: 'no active response',
      };
      this.#send({ type: 'error', error });
    }
  }

  #finish(status: string): void {
    if (this.#active === undefined) return;
    const { id, metadata, timer } = this.#active;
    clearInterval(timer);
    this.#active = undefined;
    this.#tell('response.done', id, metadata, status);
  }

  #tell(type: string, id: string, metadata: Metadata, status: string): void {
    this.#send({ type, response: { object: 'realtime.response', id, conversation_id: 'conv_1', metadata, status } });
  }
}

function toneOf(hertz: number): string {
  const samples = new Int16Array((rate * chunkMs) / 1000);
  for (const index of samples.keys()) samples[index] = 3000 * Math.sin((2 * Math.PI * hertz * index) / rate);
  return Buffer.from(samples.buffer).toString('base64');
}
