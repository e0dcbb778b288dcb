/** Runs a server as a process of its own, and the WebSocket clients that it has. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  env?: Record<string, string>;
  /** The binary of Node; that of the tests by default. */
  node?: string;
  /** The arguments of Node. */
  args?: readonly string[];
  /** It leads a process group, as the job of a terminal does. */
  isJob?: boolean;
  /** Opens a channel for messages. */
  hasChannel?: boolean;
}

/** Kills what hangs. */
const cap = 40_000;
/** Most of them wait most of the time. */
const atOnce = 4;
let running = 0;
/** A test that has failed leaves its programs to this. */
const alive = new Set<Program>();
afterAll(() => {
  for (const program of alive) program.end();
});
const waiting: (() => void)[] = [];

export class Program {
  readonly exited: Promise<Exit>;
  /** The close codes that the clients have seen. */
  readonly #codes: Promise<number>[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #isJob: boolean;
  readonly #output = { stdout: '', stderr: '' };

  /** Starts it, and waits until it listens. There are never more than a few at once. */
  static async start(file: string, options?: ProgramOptions): Promise<Program> {
    const program = await Program.#begin(file, options);
    await program.url();
    return program;
  }

  /** Runs one that ends by itself. */
  static async run(file: string, options?: ProgramOptions): Promise<Exit> {
    return (await Program.#begin(file, options)).exited;
  }

  static async #begin(file: string, options: ProgramOptions = {}): Promise<Program> {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    const program = new Program(file, options);
    alive.add(program);
    void program.exited.then(() => {
      alive.delete(program);
      running--;
      waiting.shift()?.();
    });
    return program;
  }

  private constructor(file: string, options: ProgramOptions) {
    const { env = {}, node = process.execPath, args = [], isJob = false, hasChannel = false } = options;
    const stdio = ['ignore', 'pipe', 'pipe', ...(hasChannel ? ['ipc'] : [])] as ['ignore', 'pipe', 'pipe'];
    this.#isJob = isJob;
    this.#child = spawn(node, [...args, file], { env: { PATH: process.env.PATH, ...env }, stdio, detached: isJob });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name].setEncoding('utf8').on('data', (text: string) => {
        this.#output[name] += text;
      });
    }
    const timer = setTimeout(() => this.end(), cap);
    this.exited = once(this.#child, 'close').then(([code, signal]) => {
      clearTimeout(timer);
      return { code, signal, ...this.#output };
    });
  }

  /** `http://127.0.0.1:4711` */
  async url(): Promise<string> {
    return (await this.says(/listening on (http:\/\/[\w.]+:\d+)/))[1]!;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Opens a client. Its close code is counted by {@link over}. */
  async client(path = ''): Promise<WebSocket> {
    const client = new WebSocket(`${(await this.url()).replace('http', 'ws')}${path}`);
    client.on('error', () => {});
    const closed = once(client, 'close').then(([code]) => code as number);
    // A test that has failed looks at no code.
    closed.catch(() => {});
    this.#codes.push(closed);
    return client;
  }

  /** Waits until it prints a text. */
  async says(text: RegExp): Promise<RegExpExecArray> {
    let isGone = false;
    void this.exited.then(() => {
      isGone = true;
    });
    for (;;) {
      const found = text.exec(this.#output.stderr) ?? text.exec(this.#output.stdout);
      if (found !== null) return found;
      if (isGone) throw new Error(`it has exited: ${this.#output.stderr}`);
      await Promise.race([this.exited, sleep(20)]);
    }
  }

  kill(signal: NodeJS.Signals): this {
    this.#child.kill(signal);
    return this;
  }

  /** Sends the signal to all processes of the job, as a terminal does. */
  killJob(signal: NodeJS.Signals): this {
    assert(this.#isJob);
    process.kill(-this.pid, signal);
    return this;
  }

  end(): void {
    try {
      if (this.#isJob) this.killJob('SIGKILL');
      else this.kill('SIGKILL');
    } catch {
      // All of the job have ended.
    }
  }

  send(message: string): void {
    this.#child.send(message);
  }

  /** Closes the pipes of its output. */
  loseOutput(): void {
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }

  /** Waits for its exit, and counts the close codes: `{ 1001: 10 }`. */
  async over(): Promise<Exit & { codes: Record<number, number> }> {
    const exit = await this.exited;
    const codes: Record<number, number> = {};
    for (const code of await Promise.all(this.#codes)) codes[code] = (codes[code] ?? 0) + 1;
    return { ...exit, codes };
  }
}
