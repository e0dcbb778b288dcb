import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { openPage } from './chromium.ts';

/** It hears a tone from its microphone, and asks nobody whether it may. */
const flags = [
  '--remote-debugging-port=0',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

/** A page in Chromium that a test drives. */
export class DrivenPage {
  readonly #socket: WebSocket;
  readonly #close: () => Promise<void>;
  #count = 0;

  /** @param profile a folder for what the browser writes */
  static async open(url: string, profile: string): Promise<DrivenPage> {
    const close = await openPage(url, profile, flags);
    try {
      const [port] = (await eventually(() => readFileSync(join(profile, 'DevToolsActivePort'), 'utf8'))).split('\n');
      const target = await eventually(async () => {
        const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Record<string, string>[];
        return targets.find((one) => one.url?.startsWith(url))!.webSocketDebuggerUrl!;
      });
      const socket = new WebSocket(target);
      await once(socket, 'open');
      return new DrivenPage(socket, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  private constructor(socket: WebSocket, close: () => Promise<void>) {
    this.#socket = socket;
    this.#close = close;
  }

  /** Runs an expression as if the user had clicked. */
  async evaluate(expression: string): Promise<unknown> {
    const id = ++this.#count;
    const answered = new Promise<{ result?: { result?: { value?: unknown } } }>((resolve) => {
      const onMessage = (data: unknown) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: { result?: { value?: unknown } } };
        if (message.id !== id) return;
        this.#socket.off('message', onMessage);
        resolve(message);
      };
      this.#socket.on('message', onMessage);
    });
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    return (await answered).result?.result?.value;
  }

  /** Waits until an expression is true. */
  async until(expression: string): Promise<void> {
    while ((await this.evaluate(`Boolean(${expression})`)) !== true) await sleep(50);
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    await this.#close();
  }
}

async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries > 200) throw error;
      await sleep(50);
    }
  }
}
