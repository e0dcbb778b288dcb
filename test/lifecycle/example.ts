/** Runs examples/voice-server as a process of its own. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import type { RawData, WebSocket } from 'ws';
import { signalsAreOne } from '../../lifecycle/limits.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { Program } from './program.ts';

export const run = process.env[runFolderVariable]!;
const folder = mkdtempSync(join(tmpdir(), 'hangup-voice-server-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** The server, and the files that it writes. */
export class Example {
  readonly program: Program;
  readonly #folder: string;

  static async start(env: Record<string, string> = {}): Promise<Example> {
    const own = join(folder, `${count++}`);
    const program = await Program.start(join(run, 'voice-server.mjs'), {
      env: {
        PORT: '0',
        HANGUP_REPORT_FILE: `${own}.json`,
        HANGUP_TRANSCRIPT_DIR: own,
        HANGUP_PID_FILE: `${own}.pid`,
        ...env,
      },
    });
    return new Example(program, own);
  }

  private constructor(program: Program, own: string) {
    this.program = program;
    this.#folder = own;
  }

  get pidFile(): string {
    return `${this.#folder}.pid`;
  }

  /** Opens a client, sends it what it shall ask for, and waits until the server has begun with the last. */
  async call(...requests: object[]): Promise<WebSocket> {
    const client = await this.program.client('/session');
    await heard(client, 'session.ready');
    for (const request of requests) {
      client.send(JSON.stringify(request));
      await heard(client, 'state');
    }
    return client;
  }

  /** Sends a signal twice, so far apart that the server does not take the two for one, however busy the machine is. */
  async insist(first: NodeJS.Signals, second = first): Promise<void> {
    this.program.kill(first);
    await this.program.says(/the shutdown begins/);
    await sleep(signalsAreOne + 100);
    this.program.kill(second);
  }

  async over() {
    const exit = await this.program.over();
    let report: { outcome: string; durationMs: number; abandoned: string[]; errors: string[] } | undefined;
    try {
      report = JSON.parse(readFileSync(`${this.#folder}.json`, 'utf8'));
    } catch {
      // It was killed.
    }
    return { ...exit, report };
  }

  get transcripts(): { id: string; ended: string; lines: string[] }[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder).map((file) => JSON.parse(readFileSync(join(this.#folder, file), 'utf8')));
  }
}

/** Waits for a message, or for audio. */
export function heard(client: WebSocket, type: string): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    const onMessage = (data: RawData, isBinary: boolean) => {
      const message = isBinary ? { type: 'audio' } : (JSON.parse(String(data)) as Record<string, string>);
      if (message.type !== type) return;
      client.off('message', onMessage);
      resolve(message);
    };
    client.on('message', onMessage);
  });
}
