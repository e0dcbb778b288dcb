import OpenAI from 'openai-7.59.0';
import { OpenAIRealtimeWS } from 'openai-7.59.0/realtime/ws';
import { overlay, VoiceLockedError } from '../../overlays/openai/index.ts';

// The one place that knows the provider. It is exchanged for another one here. In an app, import from 'openai',
// 'openai/realtime/ws' and 'hangup/openai'.

const model = 'gpt-realtime';
const { target: RealtimeWS } = overlay(OpenAIRealtimeWS);

/** A provider in place of OpenAI. */
export interface Replacement {
  readonly baseURL: string;
  /** Its certificate. */
  readonly ca?: string;
}

export interface ProviderEvents {
  /** 24 kHz, 16 bits, mono. */
  audio(chunk: Buffer): void;
  /** The model wants a tool to be called. */
  toolCall(name: string, callId: string): void;
  /** A response is over. One that calls a tool speaks nothing. */
  done(hasSpoken: boolean): void;
  error(error: Error): void;
  /** The connection is gone. */
  closed(): void;
}

export type Realtime = ReturnType<typeof connectorTo>;

/** Makes the client, once for all conversations. */
export function connectorTo(apiKey: string | undefined, replacement?: Replacement) {
  const options = replacement === undefined ? { apiKey } : { apiKey: 'none', baseURL: replacement.baseURL };
  const client = new OpenAI(options);
  const socketOptions = replacement?.ca === undefined ? {} : { ca: replacement.ca };
  const begin = (events: ProviderEvents) =>
    new Conversation(new RealtimeWS({ model, options: socketOptions }, client), events);
  return { begin };
}

/** One conversation with OpenAI Realtime. */
export class Conversation {
  /** Its `disconnect()` cancels what is being spoken, and closes. */
  readonly connection: InstanceType<typeof RealtimeWS>;
  #hasSpoken = false;

  constructor(connection: InstanceType<typeof RealtimeWS>, events: ProviderEvents) {
    this.connection = connection;
    connection.on('response.output_audio.delta', ({ delta }) => {
      this.#hasSpoken = true;
      events.audio(Buffer.from(delta, 'base64'));
    });
    connection.on('response.output_item.done', ({ item }) => {
      if (item.type === 'function_call') events.toolCall(item.name ?? '', item.call_id ?? '');
    });
    connection.on('response.done', () => {
      events.done(this.#hasSpoken);
      this.#hasSpoken = false;
    });
    connection.on('error', (error) => events.error(error));
    connection.socket.on('close', () => events.closed());
  }

  /** Resolves when the conversation can begin. */
  connected(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      this.connection.once('session.created', () => resolve());
    });
  }

  get isSpeaking(): boolean {
    return this.connection.activeResponses.size > 0;
  }

  /** Makes the model speak, in place of what it is speaking. Resolves when it begins. The local provider speaks for `ms` ms, or for ever. */
  async speak(instructions: string, signal: AbortSignal, ms?: number): Promise<void> {
    const metadata = ms === undefined ? {} : { metadata: { ms: `${ms}` } };
    await this.connection.cancelResponse();
    await this.connection.createResponse({ instructions, ...metadata }, { signal });
  }

  /** Makes the model call a tool, in place of what it is speaking. */
  async callTool(name: string, signal: AbortSignal): Promise<void> {
    const tools = [{ type: 'function', name, parameters: { type: 'object', properties: {} } }];
    await this.connection.cancelResponse();
    await this.connection.createResponse({ tools, tool_choice: 'required', metadata: { tool: name } }, { signal });
  }

  toolResult(callId: string, output: string): void {
    const item = { type: 'function_call_output' as const, call_id: callId, output };
    this.connection.send({ type: 'conversation.item.create', item });
  }

  hear(audio: Buffer): void {
    if (this.connection.connected) {
      this.connection.send({ type: 'input_audio_buffer.append', audio: audio.toString('base64') });
    }
  }

  keepAlive(): void {
    if (this.connection.connected) this.connection.socket.ping();
  }

  /**
   * Changes the voice. The provider allows it only before the assistant has spoken.
   *
   * @returns false when that time is over
   */
  async changeVoice(voice: string): Promise<boolean> {
    try {
      await this.connection.setVoice(voice);
      return true;
    } catch (error) {
      if (error instanceof VoiceLockedError) return false;
      throw error;
    }
  }
}
