import { Provider } from './provider.ts';
import { reroute } from './reroute.ts';
import type { VoiceProvider } from './voice-provider.ts';

export interface FakeProviderOptions {
  /**
   * The origin that it answers for. Default: one of its own, which {@link VoiceProvider.url} tells. With the origin of the
   * provider, such as `https://api.cartesia.ai`, clients need no other address.
   */
  url?: string;
}

class FakeProvider extends Provider {
  static #count = 0;

  readonly url: string;
  readonly #restore: () => void;

  constructor(
    behaviour: VoiceProvider['behaviour'],
    // RFC 6761 keeps this name out of the DNS.
    { url = `https://voice-${++FakeProvider.#count}.localhost` }: FakeProviderOptions,
  ) {
    super(behaviour);
    this.url = url;
    this.#restore = reroute(new URL(url), (server) => this.accept(server));
  }

  protected async stop(): Promise<void> {
    this.#restore();
  }
}

/**
 * Makes a provider in the memory of this process, for unit tests: no port, no network, no certificate. The SDK and its
 * sockets are the real ones. It speaks the protocols of Cartesia, OpenAI, AssemblyAI, Google, Deepgram, ElevenLabs, Speechmatics
 * and Pipecat.
 *
 * ```ts
 * const provider = fakeProvider({ chunks: 10 });
 * const client = new Cartesia({ baseURL: provider.url, apiKey: 'test' });
 * const ws = await client.tts.websocket();
 * provider.inflict({ kind: 'close', code: 1011 });
 * await provider.close();
 * ```
 *
 * It answers connections of the `ws` package and of Node's own WebSocket, and 404 to other requests. It must be made before
 * they are opened. Of two with one address, the newest answers until it is closed.
 */
export function fakeProvider(
  behaviour: VoiceProvider['behaviour'] = {},
  options: FakeProviderOptions = {},
): VoiceProvider {
  return new FakeProvider(behaviour, options);
}
