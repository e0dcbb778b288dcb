import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

/** One situation: faults of the server, manners of the clients, and whether somebody insists. */
export interface Scenario {
  readonly what: string;
  /** The clean-up of so many sessions never settles. */
  readonly stuck?: number;
  /** The clean-up of the first session blocks the event loop for ever. */
  readonly blocks?: boolean;
  /** A timer throws so many ms after the shutdown began. */
  readonly lateThrow?: number;
  /** So many clients never answer the close frame. */
  readonly deaf?: number;
  /** The clients send audio all the time. */
  readonly streams?: boolean;
  /** ms from the first SIGINT to the second one. */
  readonly again?: number;
}

export interface Run {
  /** From the first SIGINT to the exit. */
  readonly ms: number;
  /** `0`, `SIGINT`, or `HUNG` when it had to be killed. */
  readonly exit: string;
  /** The clients that saw close code 1001. */
  readonly told: number;
}

/** Longer than every budget that is set. */
const cap = 6000;
const program = fileURLToPath(new URL('server.mjs', import.meta.url));
const audio = Buffer.alloc(640);

/** Starts the server of one peer with so many clients, ends it by SIGINT, and looks at what both sides see. */
export async function runOne(server: object, scenario: Scenario, clients: number): Promise<Run> {
  const { stuck = 0, blocks = false, lateThrow, deaf = 0, streams = false, again } = scenario;
  const env = { PATH: process.env.PATH, BENCH_SHUTDOWN: JSON.stringify({ ...server, stuck, blocks, lateThrow }) };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const [port] = (await Promise.race([once(child.stdout, 'data'), failed(exited)])) as [Buffer];
  const sockets = await Promise.all(Array.from({ length: clients }, () => open(Number(port))));
  for (const socket of sockets.slice(0, deaf)) deafen(socket);
  const codes = sockets.map(async (socket) => (await once(socket, 'close'))[0] as number);
  const timer = streams ? setInterval(() => sockets.forEach(send), 40) : undefined;
  if (streams) await sleep(200);

  const run = await end(child, exited, again);
  clearInterval(timer);
  // A deaf client reads nothing, not even the end of its connection.
  for (const socket of sockets.slice(0, deaf)) socket.terminate();
  const told = (await Promise.all(codes)).filter((code) => code === 1001).length;
  return { ...run, told };
}

async function end(child: ChildProcess, exited: Promise<unknown[]>, again: number | undefined) {
  const start = performance.now();
  child.kill('SIGINT');
  const second = again === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), again);
  let isHung = false;
  const killer = setTimeout(() => {
    isHung = true;
    child.kill('SIGKILL');
  }, cap);
  const [code, signal] = await exited;
  clearTimeout(second);
  clearTimeout(killer);
  return { ms: performance.now() - start, exit: isHung ? 'HUNG' : String(signal ?? code) };
}

async function failed(exited: Promise<unknown[]>): Promise<never> {
  throw new Error(`the server has exited: ${await exited}`);
}

async function open(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  socket.on('error', () => {});
  await once(socket, 'message');
  return socket;
}

function send(socket: WebSocket): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(audio);
}

function deafen(socket: WebSocket): void {
  (socket as unknown as { _socket: { pause(): void } })._socket.pause();
}
