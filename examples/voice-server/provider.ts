import { WebSocket } from 'ws';

// The one place that knows the provider. It is exchanged for another one here.

const model = 'gpt-realtime';

interface Message {
  type: string;
  delta?: string;
  response?: { id: string; status: string };
  item?: { type: string; name?: string; call_id?: string };
  error?: { code?: string; message: string };
}

export interface ProviderEvents {
  /** 24 kHz, 16 bits, mono. */
  audio(chunk: Buffer): void;
  /** The model wants a tool to be called. */
  toolCall(name: string, callId: string): void;
  /** A response is over. */
  done(): void;
  error(error: Error): void;
  /** The provider has closed. */
  closed(): void;
}

/** One conversation with OpenAI Realtime. */
export class Provider {
  readonly socket: WebSocket;
  readonly #events: ProviderEvents;
  #active: string | undefined;
  #hasSpoken = false;

  constructor({ url, apiKey }: { url: string | undefined; apiKey: string | undefined }, events: ProviderEvents) {
    this.#events = events;
    this.socket = new WebSocket(url ?? `wss://api.openai.com/v1/realtime?model=${model}`, {
      headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
    });
    this.socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Message));
    this.socket.on('error', (error) => events.error(error));
    this.socket.on('close', () => events.closed());
  }

  /** Resolves when the conversation can begin. */
  connected(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      const onMessage = (data: unknown) => {
        if ((JSON.parse(String(data)) as Message).type !== 'session.created') return;
        this.socket.off('message', onMessage);
        resolve();
      };
      this.socket.on('message', onMessage);
    });
  }

  get isSpeaking(): boolean {
    return this.#active !== undefined;
  }

  /** Makes the model speak. The local provider speaks for `ms` ms, or for ever. */
  speak(instructions: string, ms?: number): void {
    this.#send({
      type: 'response.create',
      response: { instructions, ...(ms !== undefined && { metadata: { ms: `${ms}` } }) },
    });
  }

  /** Makes the model call a tool. */
  callTool(name: string): void {
    const tools = [{ type: 'function', name, parameters: { type: 'object', properties: {} } }];
    this.#send({ type: 'response.create', response: { tools, tool_choice: 'required', metadata: { tool: name } } });
  }

  toolResult(callId: string, output: string): void {
    this.#send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: callId, output } });
  }

  hear(audio: Buffer): void {
    this.#send({ type: 'input_audio_buffer.append', audio: audio.toString('base64') });
  }

  keepAlive(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  /** Cancels the response that is being spoken: by its id, and only when there is one. The provider refuses all else. */
  cancel(): void {
    if (this.#active !== undefined) this.#send({ type: 'response.cancel', response_id: this.#active });
  }

  /**
   * Changes the voice. The provider allows it only before the first audio.
   *
   * @returns false when that time is over
   */
  changeVoice(voice: string): boolean {
    if (this.#hasSpoken || this.isSpeaking) return false;
    this.#send({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice } } } });
    return true;
  }

  #send(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #take({ type, delta, response, item, error }: Message): void {
    if (type === 'response.created') this.#active = response?.id;
    else if (type === 'response.output_audio.delta' && delta !== undefined) {
      this.#hasSpoken = true;
      this.#events.audio(Buffer.from(delta, 'base64'));
    } else if (type === 'response.output_item.done' && item?.type === 'function_call') {
      this.#events.toolCall(item.name ?? '', item.call_id ?? '');
    } else if (type === 'response.done') {
      this.#active = undefined;
      this.#events.done();
    } else if (type === 'error') this.#events.error(new Error(error?.message ?? 'the provider reports an error'));
  }
}
