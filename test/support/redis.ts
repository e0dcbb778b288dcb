import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { redisOptions } from '../../lifecycle/agents/index.ts';
import { onFreePort } from './ports.ts';

/** Whether the machine has one. Tests that need it are skipped elsewhere, and their title says how to get it. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export const needsRedis = hasRedis ? '' : ' (skipped: needs redis-server; on Debian: apt-get install -y redis-server)';

/** A `redis-server` of its own on a free port of 127.0.0.1. It writes nothing but into a temporary folder. */
export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'hangup-redis-'));
  readonly #clients: Redis[] = [];
  readonly #keepsData: boolean;
  readonly #addresses: readonly string[];
  #process!: ChildProcess;

  private constructor(port: number, keepsData: boolean, addresses: readonly string[]) {
    this.port = port;
    this.#keepsData = keepsData;
    this.#addresses = addresses;
  }

  /**
   * @param keepsData what it has acknowledged survives `kill()` and `restart()`
   * @param addresses it listens on these too
   */
  static start(keepsData = false, ...addresses: string[]): Promise<RedisServer> {
    return onFreePort(async (port) => {
      const server = new RedisServer(port, keepsData, addresses);
      await server.restart();
      return server;
    });
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again. */
  async restart(): Promise<void> {
    const args = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      ...this.#addresses,
      // It would refuse clients from other machines.
      ...(this.#addresses.length > 0 ? ['--protected-mode', 'no'] : []),
      '--dir',
      this.#folder,
      '--save',
      '',
      '--appendonly',
      this.#keepsData ? 'yes' : 'no',
    ];
    this.#process = spawn('redis-server', args, { stdio: 'ignore' });
    const probe = new Redis(this.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    probe.on('error', () => {});
    const refused = once(this.#process, 'exit').then(() => {
      throw Object.assign(new Error('redis-server has exited'), { code: 'EADDRINUSE' });
    });
    refused.catch(() => {});
    await Promise.race([probe.ping(), refused]).finally(() => probe.disconnect());
  }

  /** A client as the documents make it, but with more time: the machine of a test may be busy. */
  async client(): Promise<Redis> {
    const client = new Redis(this.url, { ...redisOptions, commandTimeout: 5000 });
    client.on('error', () => {});
    this.#clients.push(client);
    if (client.status !== 'ready') await once(client, 'ready');
    return client;
  }

  /** It takes no command, and its connections stay open. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.kill();
    await sleep(0);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
