/** Runs the small service of `programs/`. */
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WebSocket } from 'ws';
import type { ShutdownReport } from '../../lifecycle/index.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { Program, type ProgramOptions } from './program.ts';

const file = fileURLToPath(new URL('programs/service.mjs', import.meta.url));

export interface Faults {
  /** The options of `createShutdown()`. */
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
  /** ms for which it goes on after it has printed its report. */
  lastWords?: number;
  /** It prints at a terminal, and not for the test. */
  terminal?: boolean;
}

export class Service {
  readonly program: Program;
  readonly clients: readonly WebSocket[];

  constructor(program: Program, clients: readonly WebSocket[]) {
    this.program = program;
    this.clients = clients;
  }

  kill(signal: NodeJS.Signals): this {
    this.program.kill(signal);
    return this;
  }

  /** Waits for its exit. The report is the one that it has printed. */
  async over() {
    const exit = await this.program.over();
    const report = /^report (.*)$/m.exec(exit.stdout)?.[1];
    return { ...exit, report: report === undefined ? undefined : (JSON.parse(report) as ShutdownReport) };
  }
}

/**
 * Starts it with so many clients, and waits until each has its session.
 *
 * @param started the last argument of the command
 */
export async function startService(
  faults: Faults = {},
  count = 5,
  options: ProgramOptions = {},
  started = file,
): Promise<Service> {
  const lifecycle = join(process.env[runFolderVariable]!, 'lifecycle.mjs');
  const env = { LIFECYCLE: lifecycle, SERVICE: JSON.stringify(faults), ...options.env };
  const program = await Program.start(started, { ...options, env });
  const open = async () => {
    const client = await program.client();
    await once(client, 'message');
    return client;
  };
  return new Service(program, await Promise.all(Array.from({ length: count }, open)));
}
