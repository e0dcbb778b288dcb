import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AgentRecord } from '../../lifecycle/agents/index.ts';
import type { ShutdownReport } from '../../lifecycle/index.ts';
import { runFolderVariable } from '../support/sdk.ts';

const file = fileURLToPath(new URL('programs/orchestrator.mjs', import.meta.url));

export interface OrchestratorOptions {
  folder?: string;
  /** The address of Redis, in place of the folder. */
  redis?: string;
  host: string;
  grace?: number;
  agents: { id: string; command: string[] }[];
  /** It ends as a member of a shutdown. */
  shutdown?: boolean;
  /** In the environment of all its processes. */
  mark: string;
}

/** An app with a registry, as a process of its own. */
export class Orchestrator {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly exited: Promise<unknown[]>;
  #output = '';

  private constructor({ mark, ...options }: OrchestratorOptions) {
    const run = process.env[runFolderVariable]!;
    this.#child = spawn(process.execPath, [file], {
      env: {
        PATH: process.env.PATH,
        MARK: mark,
        AGENTS: join(run, 'agents.mjs'),
        LIFECYCLE: join(run, 'lifecycle.mjs'),
        ORCHESTRATOR: JSON.stringify(options),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.exited = once(this.#child, 'exit');
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
  }

  /** Starts it, and waits until all its agents are ready. */
  static async start(options: OrchestratorOptions): Promise<Orchestrator> {
    const orchestrator = new Orchestrator(options);
    await orchestrator.says(/listening.*\n/);
    return orchestrator;
  }

  get records(): AgentRecord[] {
    return JSON.parse(/listening on \S+ (.*)\n/.exec(this.#output)![1]!) as AgentRecord[];
  }

  async says(text: RegExp): Promise<string> {
    for (;;) {
      const found = text.exec(this.#output);
      if (found !== null) return found[0];
      if (this.#child.exitCode !== null) throw new Error(`it has exited with ${this.#child.exitCode}: ${this.#output}`);
      await sleep(10);
    }
  }

  async report(): Promise<ShutdownReport> {
    return JSON.parse((await this.says(/report .*\n/)).slice('report '.length)) as ShutdownReport;
  }

  tell(line: 'end' | 'exit' | 'block'): void {
    this.#child.stdin.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
