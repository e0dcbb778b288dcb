import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectReport } from '../../core/disconnectable.ts';
import { Clock } from '../contract/clock.ts';
import type { SocketCell } from '../contract/driver.ts';
import type { Bare } from '../contract/rows.ts';
import {
  chunkSamples,
  connectVoice,
  destroy,
  is1x,
  newVoice,
  request,
  type Speech,
  type Voice,
  type VoiceClass,
} from '../support/reconnecting.ts';
import { type Behaviour, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

export interface Scenario {
  name: string;
  /** What the bare SDK does; it may differ between versions. */
  bare: Bare | ((version: string) => Bare);
  concerns?: (version: string) => boolean;
  run(bench: Bench): Promise<void>;
}

export type Told = Error & {
  code?: string;
  closeCode?: number;
  samplesRead?: number;
  timeout?: number;
  phase?: string;
};

/** A source that is being read, a chunk at a time. */
export interface Reader {
  /** Samples that full reads gave. */
  readonly samples: number;
  /** Settles when a read comes up short or fails: with what it said. Never rejects. */
  readonly ended: Promise<number | Told>;
}

export const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 5 };

/** One cell's private servers and connections. */
export class Bench extends Clock {
  readonly version: string;
  readonly #servers: VoiceServer[] = [];
  readonly #voices: Voice[] = [];

  constructor(
    readonly cell: SocketCell,
    readonly Class: VoiceClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(patience, over);
    this.version = cell.version;
  }

  get server(): VoiceServer {
    return this.#servers.at(-1)!;
  }

  get connections(): number {
    return this.server.seen.connections.length;
  }

  async serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    const server = await startVoiceServer(behaviour, { tls: !is1x(this.version) });
    this.#servers.push(server);
    return server;
  }

  make(url = this.server.url): Voice {
    const voice = newVoice(this.Class, this.version, url);
    this.#voices.push(voice);
    return voice;
  }

  connect(voice: Voice, options?: object): ReturnType<Voice['connect']> {
    const connecting = connectVoice(voice, this.server, options);
    // Whoever makes it awaits it, or says that it does not matter.
    connecting.catch(() => {});
    return connecting;
  }

  /** A server, and a connection to it. */
  async open(behaviour: VoiceServer['behaviour'] = {}): Promise<Voice> {
    await this.serve(behaviour);
    const voice = this.make();
    await this.within(this.connect(voice), 'connect()', 8_000);
    return voice;
  }

  async speak(voice: Voice, contextId?: string, options?: { timeout?: number }): Promise<Speech> {
    return this.within(Promise.resolve(voice.send(request(this.version, contextId), options)), 'send()');
  }

  read({ source }: Speech, each = chunkSamples): Reader {
    const reader = { samples: 0, ended: read() };
    return reader;

    async function read(): Promise<number | Told> {
      // Only then is there a reader to count with.
      await undefined;
      try {
        for (;;) {
          const count = await source.read(new Float32Array(each));
          if (count < each) return count;
          reader.samples += count;
        }
      } catch (error) {
        return error as Told;
      }
    }
  }

  /** The reader must be told of an error. */
  async endsWith(reader: Pick<Reader, 'ended'>, code = 'ERR_STREAM_ENDED'): Promise<Told> {
    const end = await this.within(reader.ended, 'the end of the reader');
    assert.ok(end instanceof Error, `the reader ended with ${end} samples and without an error`);
    assert.equal((end as Told).code, code, String(end));
    return end;
  }

  async endsQuietly(reader: Pick<Reader, 'ended'>): Promise<number> {
    const end = await this.within(reader.ended, 'the end of the reader');
    assert.ok(typeof end === 'number', `the reader was told of ${end}`);
    return end;
  }

  /** What a call that may throw or reject ends with. */
  async failure(call: () => unknown): Promise<Told> {
    try {
      await this.within(Promise.resolve(call()), 'the call');
    } catch (error) {
      assert.ok(!(error instanceof assert.AssertionError), String(error));
      return error as Told;
    }
    assert.fail('the call did not fail');
  }

  hangUp(voice: Voice, ...how: Parameters<Voice['disconnect']>): Promise<DisconnectReport | undefined> {
    if (this.cell.delivery === 'bare') return Promise.resolve(voice.disconnect() as never);
    return this.within(voice.disconnect(...how), 'disconnect()');
  }

  /** The connection serves a stream from beginning to end. */
  async works(voice: Voice, contextId: string): Promise<void> {
    this.server.behaviour = {};
    const reader = this.read(await this.speak(voice, contextId));
    assert.equal(await this.endsQuietly(reader), 0);
    assert.equal(reader.samples, 3 * chunkSamples);
  }

  /** Long enough for a stray connection or frame to reach the server. */
  settle(): Promise<void> {
    return sleep(80);
  }

  async dispose(): Promise<void> {
    for (const voice of this.#voices) destroy(voice);
    await Promise.all(this.#servers.map((server) => server.close()));
  }
}
