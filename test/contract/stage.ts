import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disconnectable, DisconnectOptions, DisconnectReport } from '../../core/disconnectable.ts';
import type { Delivery } from '../support/sdk.ts';
import {
  type Behaviour,
  type Fault,
  type ServerOptions,
  startVoiceServer,
  type VoiceServer,
} from '../support/voice-server.ts';
import { Clock, Unprepared } from './clock.ts';

export const apiKey = 'sk_car_TESTKEYdonotprint';

/** A stream that goes on until it is ended. */
export const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 5 };
/** The network goes in the middle of it. */
export const blackHole: Behaviour = { ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 };

/** The time in ms that the bare SDK gets for a connection that it should not make. */
const strayDial = 400;

/** An error as the contract describes it. */
export type Told = Error & {
  code?: string;
  closeCode?: number;
  closeReason?: string;
  contextId?: string;
  phase?: string;
  samplesRead?: number;
  timeout?: number;
};

/** The SDK has no call of this name, or one that means something else. */
export class NoSuchCall extends Error {}

/** Something that settles with `undefined` after a normal end, else with what it was told. It never rejects. */
export interface Ending {
  readonly ended: Promise<unknown>;
}

/** hangup, or the proposal to the SDK, is on this object: the published SDKs have no `Symbol.asyncDispose`. */
export function hasHangup(target: object): boolean {
  return Symbol.asyncDispose in target;
}

/** One cell's private servers and limits, and what every scenario asserts. A suite adds how its objects are made. */
export class Stage extends Clock {
  protected readonly servers: VoiceServer[] = [];

  constructor(
    readonly cell: { readonly delivery: Delivery },
    patience: number,
    over?: AbortSignal,
  ) {
    super(patience, over);
  }

  /** The newest server. */
  get server(): VoiceServer {
    return this.servers.at(-1)!;
  }

  async serve(behaviour: VoiceServer['behaviour'] = {}, options: ServerOptions = {}): Promise<VoiceServer> {
    const server = await startVoiceServer(behaviour, options);
    this.servers.push(server);
    return server;
  }

  /** Inflicts a fault wherever a sequence may stand: there may be no connection yet. */
  inflict(fault: Fault): void {
    if (this.server.seen.connections.length > 0) this.server.inflict(fault);
  }

  /**
   * Shuts down by `disconnect()`, or by the SDK's own call where that is all there is.
   *
   * @returns the report; `undefined` in the bare column, where a defect has to show in behaviour
   */
  async shutDown(
    target: Disconnectable,
    own: () => unknown,
    how?: boolean | DisconnectOptions,
  ): Promise<DisconnectReport | undefined> {
    const report = hasHangup(target) ? await this.within(target.disconnect(how), 'disconnect()') : own();
    if (this.cell.delivery === 'bare') return undefined;
    assert.ok(report instanceof Object, 'disconnect() made no report');
    return report as DisconnectReport;
  }

  /** Asserts the outcome of a report, where there is one. */
  reported(report: DisconnectReport | undefined, outcome: DisconnectReport['outcome']): void {
    if (report !== undefined) assert.equal(report.outcome, outcome, 'the outcome in the report');
  }

  /**
   * Calls `disconnect()` where the SDK's own call cannot stand for it.
   *
   * @throws {NoSuchCall} on the bare SDK
   */
  disconnect(target: Disconnectable, how?: boolean | DisconnectOptions): Promise<DisconnectReport> {
    return this.own(target).disconnect(how);
  }

  /**
   * The members that hangup adds.
   *
   * @throws {NoSuchCall} on the bare SDK
   */
  own<T extends Disconnectable>(target: T): T {
    if (!hasHangup(target)) throw new NoSuchCall('the SDK has no disconnect(force), connected or Symbol.asyncDispose');
    return target;
  }

  async endsQuietly({ ended }: Ending): Promise<void> {
    const error = await this.within(ended, 'the end of the stream');
    assert.ok(!(error instanceof Error), `the stream threw: ${error}`);
  }

  async endsWith({ ended }: Ending, code?: string): Promise<Told> {
    const error = await this.within(ended, 'the end of the stream');
    assert.ok(error instanceof Error, 'the stream ended without an error');
    if (code !== undefined) assert.equal((error as Told).code, code, `the stream ended with another error: ${error}`);
    return error;
  }

  /** The call must reject, or throw where the SDK makes it synchronous. */
  async fails(call: () => unknown, what: string, code?: string): Promise<Told> {
    let error: Told | undefined;
    try {
      await this.within(Promise.resolve(call()), what);
    } catch (thrown) {
      if (isOurs(thrown)) throw thrown;
      error = thrown as Told;
    }
    assert.ok(error !== undefined, `${what} did not fail`);
    if (code !== undefined) assert.equal(error.code, code, `${what} failed with another error: ${error}`);
    return error;
  }

  /** The call must not fail. */
  async resolves<T>(call: () => PromiseLike<T>, what: string): Promise<T> {
    try {
      return await this.within(call(), what);
    } catch (error) {
      if (isOurs(error)) throw error;
      assert.fail(`${what} rejected: ${error}`);
    }
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
    assert.equal(connections.length, times, `the server has seen ${connections.length} connections, not ${times}`);
  }

  async serverSeesTheEnd(): Promise<void> {
    await this.until(() => this.server.seen.connections.every(({ ended }) => ended), 'the server to see the end');
  }

  async dispose(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
  }
}

function isOurs(error: unknown): boolean {
  return [assert.AssertionError, Unprepared, NoSuchCall].some((Class) => error instanceof Class);
}
