import assert from 'node:assert/strict';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { deliver, loadClass } from '../../../support/cells.ts';
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
} from '../../../support/reconnecting.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import type { Scenario as ScenarioOn } from '../../play.ts';
import { type Ending, Stage, type Told } from '../../stage.ts';

export type Scenario = ScenarioOn<ReconnectingStage>;

/** A source that is being read, a chunk at a time. */
export interface Reader {
  /** Samples that full reads gave. */
  readonly samples: number;
  /** Settles when a read comes up short or fails: with what it said. Never rejects. */
  readonly ended: Promise<number | Told>;
}

/** Plays the reconnecting sockets of 1.x and 2.x, each stream read from its source. */
export class ReconnectingStage extends Stage {
  readonly version: string;
  readonly #voices: Voice[] = [];

  static async create(cell: SocketCell, patience: number, over?: AbortSignal): Promise<ReconnectingStage> {
    const Class = await loadClass<VoiceClass>(cell);
    deliver(cell, Class);
    return new ReconnectingStage(cell, Class, patience, over);
  }

  private constructor(
    cell: SocketCell,
    readonly Class: VoiceClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
    this.version = cell.version;
  }

  get connections(): number {
    return this.server.seen.connections.length;
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour, { tls: !is1x(this.version) });
  }

  make(url = this.server.url): Voice {
    const voice = newVoice(this.Class, this.version, url);
    this.#voices.push(voice);
    return voice;
  }

  connect(voice: Voice, options?: object): ReturnType<Voice['connect']> {
    const connecting = connectVoice(voice, this.server, options);
    // A scenario awaits it, or says that it does not matter.
    connecting.catch(() => {});
    return connecting;
  }

  /** A server, and a connection to it. */
  async open(behaviour: VoiceServer['behaviour'] = {}): Promise<Voice> {
    await this.serve(behaviour);
    const voice = this.make();
    await this.prepared(this.connect(voice), 'connect()');
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

  override endsWith(stream: Ending, code = 'ERR_STREAM_ENDED'): Promise<Told> {
    return super.endsWith(stream, code);
  }

  /** The stream must end normally. @returns how many samples its last read gave */
  async endsAfter(reader: Pick<Reader, 'ended'>): Promise<number> {
    await this.endsQuietly(reader);
    return (await reader.ended) as number;
  }

  /** The call must throw or reject. */
  failure(call: () => unknown): Promise<Told> {
    return this.fails(call, 'the call');
  }

  hangUp(voice: Voice, ...how: Parameters<Voice['disconnect']>): Promise<DisconnectReport | undefined> {
    return this.shutDown(voice, () => voice.disconnect(), ...how);
  }

  /** The connection serves a stream from beginning to end. */
  async works(voice: Voice, contextId: string): Promise<void> {
    this.server.behaviour = {};
    const reader = this.read(await this.speak(voice, contextId));
    assert.equal(await this.endsAfter(reader), 0, 'a stream afterwards');
    assert.equal(reader.samples, 3 * chunkSamples, 'a stream afterwards, whole');
  }

  override async dispose(): Promise<void> {
    for (const voice of this.#voices) destroy(voice);
    await super.dispose();
  }
}
