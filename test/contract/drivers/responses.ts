import { overlay } from '../../../overlays/openai/index.ts';
import { deliver, loadClass, loadModule } from '../../support/cells.ts';
import type { Dial, Driver, SocketCell, Stream } from '../driver.ts';
import { apiKey, hasHangup } from '../stage.ts';
import { badFrames, bare, eventStreamLine } from './event-stream.ts';
import type { EventStreamSocket } from './event-stream-sdk.ts';

type Client = new (options: { baseURL: string; apiKey: string }) => object;
type ResponsesClass = new (client: object, options: object) => EventStreamSocket;

/** `ResponsesWS` of 6.x. */
export const responses: Driver = {
  classNames: ['ResponsesWS'],
  tls: true,
  traits: { reconnects: false, reopens: undefined, told: 'closes' },
  listeners: ['message', 'error'],
  badFrames,
  bare: bare(),
  async load(cell: SocketCell): Promise<Dial> {
    const ResponsesWS = await loadClass<ResponsesClass>(cell);
    const { OpenAI } = await loadModule<{ OpenAI: Client }>(cell, 'index');
    deliver(cell, ResponsesWS);
    deliver(cell, OpenAI);
    return ({ url, ca }, options = {}) => {
      const client = new OpenAI({ baseURL: url, apiKey });
      if (options.overlay !== undefined && hasHangup(client)) overlay(client, options.overlay);
      const ws = new ResponsesWS(client, { ca });
      const send = () => ws.send({ type: 'response.create' });
      return eventStreamLine(ws, { speak: (name) => read(ws, name), send }, options);
    };
  },
};

/** Asks for a response, and reads until it is done, an error comes, or the SDK's own `close` event. */
function read(ws: EventStreamSocket, name: string): Stream {
  const stream = { arrived: 0, ended: run() };
  return stream;

  async function run(): Promise<Error | undefined> {
    await undefined;
    try {
      const events = ws.stream();
      ws.send({ type: 'response.create', response: { conversation: 'none', metadata: { stream: name } } });
      for await (const { error, message } of events) {
        if (error?.error !== undefined) return error;
        if (message?.type === 'response.output_audio.delta') stream.arrived++;
        if (message?.type === 'response.completed' && message.response?.metadata?.stream === name) break;
      }
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}
