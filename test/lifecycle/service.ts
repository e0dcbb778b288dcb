/** Runs the small service as a process of its own, and the clients that it has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { ShutdownReport } from '../../lifecycle/index.ts';
import { runFolderVariable } from '../support/sdk.ts';

const program = fileURLToPath(new URL('programs/service.mjs', import.meta.url));

export interface Faults {
  options?: object;
  /** The clean-up of so many sessions never settles. */
  stuck?: number;
  /** The task of so many sessions ignores its abort. */
  swallow?: number;
  /** The clean-up of so many sessions throws. */
  fails?: number;
  /** A timer throws so many ms after the shutdown began. */
  lateThrow?: number;
  /** The clean-up of the first session blocks the event loop, for so many ms. */
  block?: { kind?: 'loop' | 'wait' | 'regex' | 'native'; ms: number };
  /** ms that every clean-up takes. */
  cleanup?: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  report: ShutdownReport | undefined;
}

/** Kills what hangs. */
const cap = 20_000;

export class Service {
  readonly clients: WebSocket[] = [];
  /** The close codes that the clients have seen. */
  readonly codes: Promise<number>[] = [];
  readonly exited: Promise<Exit>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  readonly #output = { stdout: '', stderr: '' };
  /** Closes the pipes of its output. */
  readonly loseOutput: () => void;
  readonly #listening: Promise<number>;

  constructor(faults: Faults, { node = process.execPath, args = [] as string[], env = {} } = {}) {
    const lifecycle = join(process.env[runFolderVariable]!, 'lifecycle.mjs');
    const child = spawn(node, [...args, program], {
      env: { PATH: process.env.PATH, ...env, LIFECYCLE: lifecycle, SERVICE: JSON.stringify(faults) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = this.#output;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), cap);
    this.#kill = (signal) => child.kill(signal);
    this.loseOutput = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    this.exited = once(child, 'close').then(([code, signal]) => {
      clearTimeout(timer);
      const report = /^report (.*)$/m.exec(output.stdout)?.[1];
      return { code, signal, ...output, report: report === undefined ? undefined : JSON.parse(report) };
    });
    this.#listening = new Promise((resolve, reject) => {
      child.stdout.on('data', () => {
        const port = /listening (\d+)/.exec(output.stdout)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      void this.exited.then(({ stderr }) => reject(new Error(`it has not started: ${stderr}`)));
    });
  }

  get port(): Promise<number> {
    return this.#listening;
  }

  /** Opens so many clients, and waits until each has its session. */
  async connect(count: number): Promise<this> {
    const port = await this.#listening;
    const open = async () => {
      const client = new WebSocket(`ws://127.0.0.1:${port}`);
      this.clients.push(client);
      client.on('error', () => {});
      this.codes.push(once(client, 'close').then(([code]) => code as number));
      await once(client, 'message');
    };
    await Promise.all(Array.from({ length: count }, open));
    return this;
  }

  /** Waits until its stderr has it. */
  async says(text: RegExp): Promise<void> {
    while (!text.test(this.#output.stderr)) {
      await Promise.race([
        this.exited.then(({ stderr }) => Promise.reject(new Error(`it has exited: ${stderr}`))),
        sleep(20),
      ]);
    }
  }

  kill(signal: NodeJS.Signals): this {
    this.#kill(signal);
    return this;
  }

  /** Waits for its exit, and counts the close codes: `{ 1001: 10 }`. */
  async over(): Promise<Exit & { codes: Record<number, number> }> {
    const exit = await this.exited;
    const codes: Record<number, number> = {};
    for (const code of await Promise.all(this.codes)) codes[code] = (codes[code] ?? 0) + 1;
    return { ...exit, codes };
  }
}
