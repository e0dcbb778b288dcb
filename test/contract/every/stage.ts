import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectOptions, DisconnectReport } from '../../../core/disconnectable.ts';
import { closedPort, type VoiceServer } from '../../support/voice-server.ts';
import type { Dial, DialOptions, Driver, Line, SocketCell, Stream } from '../driver.ts';
import { driverOf } from '../drivers/index.ts';
import type { Scenario } from '../play.ts';
import { Stage } from '../stage.ts';

/** A promise that every kind of connection keeps. */
export type LineScenario = Scenario<LineStage>;

/** Plays any kind of connection, through its driver. */
export class LineStage extends Stage {
  readonly #lines: Line[] = [];

  static async create(cell: SocketCell, patience: number, over?: AbortSignal): Promise<LineStage> {
    const driver = driverOf(cell);
    return new LineStage(cell, driver, await driver.load(cell), patience, over);
  }

  constructor(
    override readonly cell: SocketCell,
    readonly driver: Driver,
    private readonly dialler: Dial,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  get traits(): Driver['traits'] {
    return this.driver.traits;
  }

  /** The messages of the app that the server has seen. */
  get messages(): Record<string, unknown>[] {
    return this.server.seen.messages.filter((message) => !this.driver.isHello?.(message));
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    const { tls } = this.driver;
    return super.serve(behaviour, { tls });
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
    await this.prepared(line.opened, 'the handshake');
    return line;
  }

  /** A stream of which so much has arrived. */
  async stream(line: Line, arrived = 2, contextId = 'a'): Promise<Stream> {
    const stream = line.speak(contextId);
    await this.ready(() => stream.arrived >= arrived, `${arrived} chunks`);
    return stream;
  }

  async hangUp(line: Line, how?: boolean | DisconnectOptions): Promise<DisconnectReport | undefined> {
    return this.#checked(await this.shutDown(line.target, () => line.close(), how));
  }

  /** The SDK's own close. @returns its report; `undefined` in the bare column */
  async closes(line: Line): Promise<DisconnectReport | undefined> {
    const report = await this.within(Promise.resolve(line.close()), 'close()');
    return this.#checked(this.cell.delivery === 'bare' ? undefined : (report as DisconnectReport));
  }

  /** A report must not contradict itself. That of the upstream proposal has less to say. */
  #checked(report: DisconnectReport | undefined): DisconnectReport | undefined {
    if (report === undefined || this.cell.delivery === 'upstream') return report;
    const { outcome, reason, abandoned, steps } = report;
    assert.equal(reason === undefined, outcome === 'graceful', `${outcome} with the reason ${reason}`);
    if (outcome === 'graceful') {
      assert.deepEqual(abandoned, [], 'a graceful end abandons nothing');
      assert.deepEqual(
        steps.filter((step) => step.outcome === 'failed'),
        [],
      );
    }
    return report;
  }

  /** The stream must be told of the peer's end in the way of its SDK. */
  async isCut(stream: Stream, closeCode?: number): Promise<void> {
    if (this.traits.told === 'closes') return this.endsQuietly(stream);
    const error = await this.endsWith(stream, 'ERR_STREAM_ENDED');
    if (closeCode !== undefined) assert.equal(error.closeCode, closeCode, 'the close code');
  }

  async tick(): Promise<void> {
    await sleep(2);
  }

  async isGone(line: Line): Promise<void> {
    await this.until(() => line.closed, 'the client to be CLOSED');
  }

  /** The connection still works: another stream is served on it. */
  async stillWorks(line: Line): Promise<void> {
    this.server.behaviour = {};
    const before = this.server.seen.connections.length;
    const other = line.speak('afterwards');
    await this.until(() => other.arrived >= 3, 'a stream afterwards');
    await this.endsQuietly(other);
    assert.equal(this.server.seen.connections.length, before, 'a stream afterwards, on the same connection');
  }

  override async dispose(): Promise<void> {
    for (const line of this.#lines) line.destroy();
    await super.dispose();
  }
}
