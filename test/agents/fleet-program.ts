/** Runs examples/orchestrator as a process of its own, and talks to its API. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { Program, type ProgramOptions } from '../lifecycle/program.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { lives } from './processes.ts';

export const run = process.env[runFolderVariable]!;
const folder = mkdtempSync(join(tmpdir(), 'hangup-orchestrator-'));
let count = 0;
const programs: Program[] = [];
afterAll(() => {
  // Those of tests that have failed.
  for (const program of programs) program.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Agents that cost little. The word of the shell is their whole program. */
const shell = (program: string) => JSON.stringify(['/bin/sh', '-c', program]);
export const agents = {
  obeying: shell('echo "Connected to $USER_NAME"; exec sleep 100'),
  /** It ignores SIGTERM, and so does its child. */
  deaf: shell('trap "" TERM; sleep 100 & echo "Pipeline started, child $!"; while :; do wait; done'),
  silent: shell('exec sleep 100'),
};

export interface SessionView {
  sessionId: string;
  userName: string;
  state: string;
  host: string;
  pid: number;
}

/** Waits until a process is gone. The test fails by its own time. */
export async function gone(pid: number): Promise<void> {
  while (lives(pid)) await sleep(10);
}

/** An orchestrator, and what a client does with it. */
export class Orchestrator {
  readonly program: Program;
  readonly url: string;

  static async start(env: Record<string, string> = {}, options: ProgramOptions = {}): Promise<Orchestrator> {
    const program = await Program.start(join(run, 'orchestrator/index.mjs'), {
      ...options,
      env: {
        PORT: '0',
        HANGUP_STATE_DIR: join(folder, `${count++}`),
        HANGUP_AGENT_COMMAND: agents.obeying,
        HANGUP_AGENT_GRACE_MS: '500',
        ...env,
      },
    });
    programs.push(program);
    return new Orchestrator(program, await program.url());
  }

  private constructor(program: Program, url: string) {
    this.program = program;
    this.url = url;
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  /** Starts a session. @returns its id */
  async begin(session: Record<string, string> = {}): Promise<string> {
    const { status, body } = await this.post('/api/session/start', { userName: 'Ann', ...session });
    if (status !== 201) throw new Error(`it was answered with ${status}: ${JSON.stringify(body)}`);
    return body.sessionId!;
  }

  end(sessionId: string) {
    return this.post('/api/session/end', { sessionId });
  }

  async sessions(): Promise<SessionView[]> {
    return ((await (await fetch(`${this.url}/api/sessions`)).json()) as { sessions: SessionView[] }).sessions;
  }

  async session(id: string): Promise<SessionView | undefined> {
    return (await this.sessions()).find(({ sessionId }) => sessionId === id);
  }

  /** Waits until a session is in a state. */
  async is(id: string, state: string): Promise<SessionView> {
    for (;;) {
      const session = await this.session(id);
      if (session?.state === state) return session;
      await sleep(20);
    }
  }

  async status(path: string): Promise<number> {
    return (await fetch(`${this.url}${path}`)).status;
  }
}
