import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
import type { Machine, Ran, Running } from './machine.ts';

/** Ends a trial: the steps after it would say nothing. */
export class StepFailed extends Error {}

export interface Success {
  commands: number;
  ms: number;
}

/** One line of the protocol. */
export interface Step {
  words: string;
  ms: number;
  failed: boolean;
}

/** A text or pattern that the output must have. */
type Says = string | RegExp;

/** More than `disconnect()` and the start of a program take, and less than the 30 s that the SDK waits without hangup. */
const exitLimit = 15_000;

/** The folder of a stranger's app, and the protocol of the work in it. */
export class App {
  readonly folder: string;
  readonly #machine: Machine;
  readonly #tell: (step: Step) => void;
  /** Every command and its output, printed when a step fails. */
  readonly log: string[];
  #commands = 0;
  #ms = 0;
  /** The way to the first program that hangs up. */
  success: Success | undefined;

  constructor(folder: string, machine: Machine, tell: (step: Step) => void, log: string[] = []) {
    this.folder = folder;
    this.#machine = machine;
    this.#tell = tell;
    this.log = log;
    mkdirSync(folder, { recursive: true });
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  read = (name: string): string => readFileSync(join(this.folder, name), 'utf8');

  /** Runs a command that a user of the SDK has run before hearing of hangup. It does not count. */
  given = (line: string): Promise<string> => this.#step(`given: ${line}`, () => this.#run(line));

  /** Runs commands of a document. */
  async command(line: string, { says = '' as Says, code = 0, terminal = false } = {}): Promise<string> {
    const before = performance.now();
    const output = await this.#step(line, () => this.#run(line, { says, code, terminal }));
    this.#commands += line.split(/&&|\n/).length;
    this.#ms += performance.now() - before;
    return output;
  }

  /** Runs `hangup init` in a terminal, agrees, and runs the commands that it tells to run next. */
  async initialise(line: string): Promise<void> {
    const output = await this.command(line, { terminal: true, says: /^next: /m });
    for (const [, next] of output.matchAll(/^next: (.+)$/gm)) await this.command(next!);
  }

  /**
   * Runs a program that opens a connection to a provider which answers no close frame, and expects it to exit with 0.
   *
   * @param during what happens to the program while it runs
   */
  async program(
    line: string,
    says: Says,
    during?: (running: Running, voice: VoiceServer) => Promise<void>,
    env: Record<string, string> = {},
  ): Promise<void> {
    await this.#step(line, async () => {
      const voice = await startVoiceServer({ chunks: Infinity, interval: 20, onClose: 'ignore' });
      const provider = {
        CARTESIA_BASE_URL: voice.url,
        NODE_EXTRA_CA_CERTS: voice.caFile,
        CARTESIA_API_KEY: 'key',
        CARTESIA_VOICE_ID: 'voice',
      };
      const running = this.#machine.start(`exec env ${line}`, this.folder, {
        env: { ...provider, ...env },
        limit: exitLimit,
      });
      try {
        await during?.(running, voice);
        const ran = await running.done;
        this.#check(line, ran, { says, code: 0 });
        if (voice.seen.upgrades === 0) throw new StepFailed(`"${line}" has opened no connection`);
        return ran.output;
      } finally {
        running.end();
        await voice.close();
      }
    });
    this.#succeed();
  }

  /** Runs the tests of the app. They are a success, as a program that hangs up is. */
  async tests(line: string, says: Says): Promise<void> {
    await this.#step(line, () => this.#run(line, { says }));
    this.#succeed();
  }

  #succeed(): void {
    this.success ??= { commands: this.#commands, ms: this.#ms };
  }

  /** Gives a program SIGTERM as soon as it has a connection. */
  static async terminate({ child }: Running, voice: VoiceServer): Promise<void> {
    while (voice.seen.upgrades === 0 && child.exitCode === null) await setTimeout(50);
    // The program goes on when the handshake is over.
    await setTimeout(1_000);
    child.kill('SIGTERM');
  }

  /** Expects something that no output tells. */
  check(words: string, isRight: boolean): void {
    this.#tell({ words, ms: 0, failed: !isRight });
    if (!isRight) throw new StepFailed(words);
  }

  /** Commits everything, and clones it into a new folder. */
  async clone(): Promise<App> {
    const folder = `${this.folder}-clone`;
    await this.given('git init -q && git add --all && git commit -qm "Add hangup"');
    await this.given(`git clone -q . ${folder}`);
    return new App(folder, this.#machine, this.#tell, this.log);
  }

  async #step(words: string, work: () => Promise<string>): Promise<string> {
    const before = performance.now();
    let failed = true;
    try {
      const output = await work();
      failed = false;
      return output;
    } finally {
      this.#tell({ words, ms: performance.now() - before, failed });
    }
  }

  async #run(line: string, { says = '' as Says, code = 0, terminal = false } = {}): Promise<string> {
    const ran = await this.#machine.start(line, this.folder, { terminal }).done;
    this.#check(line, ran, { says, code });
    return ran.output;
  }

  #check(line: string, ran: Ran, { says, code }: { says: Says; code: number }): void {
    this.log.push(`$ ${line}   (exit ${ran.code})\n${ran.output.trimEnd().replace(/^/gm, '    ')}`);
    if (ran.code !== code) throw new StepFailed(`"${line}" exits with ${ran.code}, expected ${code}`);
    if (typeof says === 'string' ? !ran.output.includes(says) : !says.test(ran.output))
      throw new StepFailed(`"${line}" does not say ${says}`);
  }
}
