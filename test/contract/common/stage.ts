import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectOptions, DisconnectReport } from '../../../core/disconnectable.ts';
import { type Behaviour, closedPort, startVoiceServer, type VoiceServer } from '../../support/voice-server.ts';
import { Clock } from '../clock.ts';
import type { Dial, DialOptions, Driver, Line, SocketCell, Stream } from '../driver.ts';
import type { Bare } from '../rows.ts';

/** A promise that every kind of connection keeps. */
export interface LineScenario {
  name: string;
  /** What most bare SDKs do; a driver names where its own differs. */
  bare: Bare;
  /** Kinds of connections of which it says something. All by default. */
  concerns?: (driver: Driver) => boolean;
  run(stage: LineStage): Promise<void>;
}

type Told = Error & { code?: string; closeCode?: number; closeReason?: string; timeout?: number };

/** A stream that goes on until it is ended. */
export const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 5 };
/** The network goes in the middle of it. */
export const blackHole: Behaviour = { ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 };

/** How long the bare SDK has for a connection that it should not make, in ms. */
const strayDial = 400;
/** For what comes before that which a scenario is about. */
const preparation = 8_000;

/** One cell's private server, lines and limits. */
export class LineStage extends Clock {
  readonly #servers: VoiceServer[] = [];
  readonly #lines: Line[] = [];

  constructor(
    readonly cell: SocketCell,
    readonly driver: Driver,
    private readonly dialler: Dial,
    patience: number,
    over?: AbortSignal,
  ) {
    super(patience, over);
  }

  get traits(): Driver['traits'] {
    return this.driver.traits;
  }

  get server(): VoiceServer {
    return this.#servers.at(-1)!;
  }

  async serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    const { tls, protocol } = this.driver;
    const server = await startVoiceServer(behaviour, { tls, protocol });
    this.#servers.push(server);
    return server;
  }

  /** A line to the newest server that is still CONNECTING. */
  dial(options: DialOptions = {}, server: Pick<VoiceServer, 'url' | 'ca'> = this.server): Line {
    const line = this.dialler(server, options);
    this.#lines.push(line);
    return line;
  }

  /** A line to a port on which nothing listens. */
  dialNobody(options: DialOptions = {}): Line {
    const url = `${this.driver.tls ? 'https' : 'http'}://127.0.0.1:${closedPort}`;
    return this.dial(options, { url, ca: '' });
  }

  /** A server, and a connected line to it. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: DialOptions = {}): Promise<Line> {
    await this.serve(behaviour);
    return this.connect(options);
  }

  async connect(options: DialOptions = {}): Promise<Line> {
    const line = this.dial(options);
    await this.within(line.opened, 'the handshake', preparation);
    return line;
  }

  /** A stream of which so much has arrived. */
  async stream(line: Line, arrived = 2, contextId = 'a'): Promise<Stream> {
    const stream = line.speak(contextId);
    await this.until(() => stream.arrived >= arrived, `${arrived} chunks`, preparation);
    return stream;
  }

  /** The shutdown call of the delivery: the SDK's own is all that the bare SDK has. */
  async hangUp(line: Line, how?: boolean | DisconnectOptions): Promise<DisconnectReport | undefined> {
    if (this.cell.delivery !== 'bare') return this.within(line.target.disconnect(how), 'disconnect()');
    line.close();
    return undefined;
  }

  /** The stream must end, and end normally. */
  async endsQuietly(stream: Pick<Stream, 'ended'>): Promise<void> {
    const error = await this.within(stream.ended, 'the end of the stream');
    assert.equal(error, undefined, `the stream threw: ${error}`);
  }

  /** The stream must end with an error. */
  async endsWith(stream: Pick<Stream, 'ended'>, code?: string): Promise<Told> {
    const error = (await this.within(stream.ended, 'the end of the stream')) as Told | undefined;
    assert.ok(error instanceof Error, 'the stream ended without an error');
    if (code !== undefined) assert.equal(error.code, code, String(error));
    return error;
  }

  /** The stream must be told of the peer's end in the way of its SDK. */
  async isCut(stream: Stream, closeCode?: number): Promise<void> {
    if (!this.traits.throws) return this.endsQuietly(stream);
    const error = await this.endsWith(stream, 'ERR_STREAM_ENDED');
    if (closeCode !== undefined) assert.equal(error.closeCode, closeCode, 'the close code');
  }

  /** The call must reject, or throw where the SDK makes it synchronous. */
  async fails(call: () => unknown, what: string, code?: string): Promise<Told> {
    let error: Told | undefined;
    try {
      await this.within(Promise.resolve(call()), what);
    } catch (thrown) {
      error = thrown as Told;
    }
    assert.ok(error !== undefined, `${what} did not fail`);
    assert.ok(!(error instanceof assert.AssertionError), error.message);
    if (code !== undefined) assert.equal(error.code, code, `${what}: ${error}`);
    return error;
  }

  async tick(): Promise<void> {
    await sleep(2);
  }

  async isGone(line: Line): Promise<void> {
    await this.until(() => line.closed, 'the client to be CLOSED');
  }

  async serverSeesTheEnd(): Promise<void> {
    await this.until(() => this.server.seen.connections.every(({ ended }) => ended), 'the server to see the end');
  }

  /** Long enough for a stray connection or frame to reach the server. */
  async settle(): Promise<void> {
    await sleep(60);
  }

  async dialled(times: number): Promise<void> {
    const { connections } = this.server.seen;
    // The bare SDK is given the time that its stray connection needs on a busy machine.
    if (this.cell.delivery === 'bare')
      await this.until(() => connections.length > times, 'a stray dial', strayDial).catch(() => {});
    else await this.settle();
    assert.equal(connections.length, times, 'connections that the server has seen');
  }

  /** The connection still works: another stream is served on it. */
  async stillWorks(line: Line): Promise<void> {
    this.server.behaviour = {};
    const before = this.server.seen.connections.length;
    const other = await this.stream(line, 3, 'afterwards');
    await this.endsQuietly(other);
    assert.equal(this.server.seen.connections.length, before, 'on the same connection');
  }

  async dispose(): Promise<void> {
    for (const line of this.#lines) line.destroy();
    await Promise.all(this.#servers.map((server) => server.close()));
  }
}
