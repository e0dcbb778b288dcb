import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectOptions } from '../../../core/disconnectable.ts';
import { type Answer, type HttpServer, startHttpServer } from '../../support/http-server.ts';
import type { VoiceServer } from '../../support/voice-server.ts';
import type { SocketCell } from '../driver.ts';
import { Stage, type Told } from '../stage.ts';
import type { Caller, CallerOptions, ClientDriver, Kind } from './driver.ts';
import { driverOf } from './drivers.ts';

type Make = Awaited<ReturnType<ClientDriver['load']>>;

/** Plays the requests of a client, against an HTTP server. */
export class RequestStage extends Stage {
  #http: HttpServer | undefined;

  static async create(cell: SocketCell, patience: number, over?: AbortSignal): Promise<RequestStage> {
    return new RequestStage(cell, await driverOf(cell).load(cell), patience, over);
  }

  private constructor(
    override readonly cell: SocketCell,
    private readonly make: Make,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  get http(): HttpServer {
    return this.#http!;
  }

  async answer(answer: Answer, options?: CallerOptions): Promise<Caller> {
    this.#http = await startHttpServer(answer, { plain: true });
    return this.another(options);
  }

  another(options?: CallerOptions): Caller {
    return this.make(this.http.url, options);
  }

  /** A client of a server for WebSockets. */
  async connecting(options: CallerOptions, behaviour: VoiceServer['behaviour'] = {}): Promise<Caller> {
    return this.connectingTo(await this.serve(behaviour, { tls: driverOf(this.cell).tls === true }), options);
  }

  /** Another client of that server. */
  connectingTo({ url }: VoiceServer, options: CallerOptions = {}): Caller {
    return this.make(url, options);
  }

  /** Resolves with the error of the call, or with `undefined`. */
  follow(call: Promise<unknown>): Promise<unknown> {
    return call.then(
      () => undefined,
      (error: unknown) => error ?? new Error('rejected with nothing'),
    );
  }

  /** The request has arrived, as far as the server lets it, and the first bytes of the answer are on their way. */
  async underWay(): Promise<void> {
    const { seen } = this.http;
    const isThere = () => seen.requests.length > 0 || (this.http.answer === 'silence' && seen.open > 0);
    await this.ready(isThere, 'the request');
    await sleep(20);
  }

  /** The bare SDK has nothing that ends its requests. */
  hangUp({ client }: Caller, force?: boolean | DisconnectOptions) {
    return this.shutDown(client, () => {}, force);
  }

  /** @param reading the kind of a call whose body may be under way */
  async endsAsDisconnected(call: Promise<unknown>, reading?: Kind): Promise<void> {
    const error = (await this.within(call, 'the end of the call')) as Told & { cause?: { code?: unknown } };
    const isHidden = reading !== undefined && driverOf(this.cell).hidesReason?.(reading, this.cell.version);
    if (isHidden && (reading === 'sse' ? error === undefined : error?.name === 'AbortError')) return;
    assert.ok(error instanceof Error, 'the call went through');
    assert.equal(error.code ?? error.cause?.code, 'ERR_DISCONNECTED', String(error));
  }

  override async dispose(): Promise<void> {
    await this.#http?.close();
    await super.dispose();
  }
}
