import type { ChildProcess } from 'node:child_process';
import type { Endable as Leaf } from '../../core/endable.ts';
import { elapsed } from '../../core/journal.ts';
import { isLastResort } from '../../core/last-resort.ts';
import { publish } from '../../core/publish.ts';
import { trackAlive } from '../alive.ts';
import { type EndOptions, Level } from '../level.ts';
import { huntTimeout, outputGrace } from './limits.ts';
import type { Mirror } from './mirror.ts';
import { hunt, type Prey } from './processes/hunt.ts';
import { isAlive, statOf } from './processes/proc.ts';
import { type Ending, Tree } from './processes/tree.ts';
import { Readiness } from './readiness.ts';
import { type AgentEnd, type AgentRecord, type AgentResult, type AgentState, untouched } from './record.ts';

/** How a process exited. */
export interface AgentExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running agent. It can be a member of a session: `session.use('agent', agent)`. */
export interface Agent extends AsyncDisposable {
  readonly id: string;
  readonly pid: number;
  readonly state: AgentState;
  readonly record: AgentRecord;
  /** Resolves when it says that it is ready; rejects with `AgentError` when it ends or its time is over before that. It needs no handler. */
  readonly ready: Promise<void>;
  /** Resolves when its process has exited. */
  readonly exited: Promise<AgentExit>;
  /** Resolves when all its processes are gone and the store was told, by whomever it was ended. */
  readonly gone: Promise<AgentEnd>;
  /** Ends it, as `AgentRegistry.end()` does. The report is that of every end of hangup. */
  end(options?: boolean | EndOptions): ReturnType<Level['end']>;
}

/** One agent on its ladder: SIGTERM for all its processes, wait, SIGKILL for all that are left. */
export class AgentLevel extends Level implements Agent {
  readonly id: string;
  readonly readiness = new Readiness();
  readonly exited: Promise<AgentExit>;
  readonly gone: Promise<AgentEnd>;
  readonly #mirror: Mirror;
  #record: AgentRecord | undefined;
  #child: ChildProcess | undefined;
  #prey: Prey | undefined;
  /** It has exited before anybody ended it. */
  hasDied = false;
  /** The store has its record, or had it. */
  isRecorded = false;
  #isGone = false;
  #onGone: (() => void)[] = [];
  #endedAt = 0;
  #onExit!: (exit: AgentExit) => void;
  #exit: AgentExit | undefined;
  /** How it was found when its end began. */
  #found: 'alreadyDead' | 'pidReused' | undefined;

  constructor(id: string, grace: number, mirror: Mirror) {
    super(grace);
    this.id = id;
    this.#mirror = mirror;
    this.exited = new Promise((resolve) => {
      this.#onExit = resolve;
    });
    this.gone = new Promise((resolve) => {
      this.ladder.onEnd(() => resolve(this.#finish()));
    });
    this.ladder.onEnd(trackAlive('members', this));
  }

  /** It has a process: its own child, or one that another registry has left behind. */
  begin(record: AgentRecord, child?: ChildProcess): void {
    this.#record = record;
    this.#child = child;
    const kinship = () => {
      if (child === undefined) return 'foreign';
      return this.#exit === undefined ? 'child' : 'reaped';
    };
    const tree = new Tree({ pid: record.pid, startTime: record.startTime, kinship }, record.token);
    this.#prey = { tree, signal: 'SIGTERM', onGone: () => this.#onLastGone() };
    this.#tell();
    if (child === undefined) return;
    child.once('exit', (code, signal) => {
      this.#exit = { code, signal };
      tree.noteReaped();
      this.#onExit(this.#exit);
      hunt.wake();
      this.fail('ERR_AGENT_NOT_READY', `it exited (${signal ?? code}) before it was ready`);
      this.hasDied = this.isOpen;
      // The processes that it has left behind are ended, too.
      if (this.isOpen) void this.end();
    });
  }

  get isOpen(): boolean {
    return this.ladder.state === 'open';
  }

  get record(): AgentRecord {
    return this.#record!;
  }

  /** It was started, by whomever. */
  get hasProcess(): boolean {
    return this.#record !== undefined;
  }

  get pid(): number {
    return this.record.pid;
  }

  get state(): AgentState {
    return this.#record?.state ?? 'starting';
  }

  get ready(): Promise<void> {
    return this.readiness.promise;
  }

  /** It has said that it is ready. */
  setReady(): void {
    if (this.isOpen && this.readiness.settle()) this.#set('ready');
  }

  fail(code: 'ERR_AGENT_NOT_READY' | 'ERR_AGENT_ENDED', why: string): void {
    this.readiness.settle({ code, id: this.id, why });
  }

  #set(state: AgentState): void {
    this.#record = { ...this.record, state };
    if (state === 'ending') this.#mirror.ending(this.#record);
    else if (this.isRecorded) void this.#mirror.put(this.#record);
    this.#tell();
  }

  #tell(): void {
    publish('hangup.agent.state', () => {
      const { id, host, pid, state } = this.record;
      return { id, host, pid, state };
    });
  }

  /** The record had the state `starting`. */
  onRecorded(): void {
    this.isRecorded = true;
    if (this.state === 'ready') void this.#mirror.put(this.record);
  }

  /** `agents › agent 42 (ready, PID 4711)` */
  override toString(): string {
    const pid = this.#record === undefined ? '' : `, PID ${this.#record.pid}`;
    return `agents › agent ${this.id} (${this.state}${pid})`;
  }

  protected override endable(): Leaf {
    return {
      name: `agent ${this.id}`,
      closeDoor: () => this.#closeDoor(),
      steps: () => [{ name: 'SIGTERM', ask: () => this.#ask() }],
      force: (ended) => this.#force(ended),
    };
  }

  #closeDoor(): void {
    this.#endedAt = performance.now();
    this.fail('ERR_AGENT_ENDED', 'it was ended before it was ready');
    if (this.#prey === undefined) return;
    this.#set('ending');
    // The look comes last, because it fails while no file can be opened. A living process is assumed then.
    this.#found = this.hasDied ? 'alreadyDead' : this.#look();
  }

  /** @returns `undefined` when the recorded process is there */
  #look(): 'alreadyDead' | 'pidReused' | undefined {
    if (this.#prey!.tree.hasLeader()) return undefined;
    return this.#child === undefined && isAlive(statOf(this.pid)) ? 'pidReused' : 'alreadyDead';
  }

  #ask(): Promise<void> | undefined {
    if (this.#prey === undefined) return undefined;
    this.#hunt('SIGTERM');
    return new Promise((resolve) => this.#onGone.push(resolve));
  }

  #force(ended: () => void): boolean {
    if (this.#prey === undefined || this.#isGone) return false;
    this.#onGone.push(ended);
    if (isLastResort()) hunt.killNow(this.#prey);
    else this.#hunt('SIGKILL');
    return true;
  }

  #hunt(signal: Ending): void {
    this.#prey!.signal = signal;
    hunt.add(this.#prey!);
  }

  #onLastGone(): void {
    this.#isGone = true;
    for (const listener of this.#onGone.splice(0)) listener();
  }

  async #finish(): Promise<AgentEnd> {
    const { id } = this;
    if (this.#prey === undefined) return untouched(id, 'alreadyDead');
    const { tree } = this.#prey;
    const isGone = await this.#untilGone();
    const durationMs = elapsed(this.#endedAt);
    const result = this.#result();
    if (this.#exit === undefined) this.#onExit({ code: null, signal: null });
    this.#releasePipes();
    const survivors = isGone ? [] : tree.living;
    const stored = isGone && (await this.#mirror.remove(this.record, result));
    return { id, result, durationMs, descendants: tree.killed.size, survivors, stored };
  }

  /** The report does not wait for processes that hang in the kernel, or for a machine that is busy. @returns whether all are gone */
  async #untilGone(): Promise<boolean> {
    if (this.#isGone) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, huntTimeout);
      this.#onGone.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    hunt.remove(this.#prey!);
    return this.#isGone;
  }

  #result(): AgentResult {
    if (this.#found !== undefined) return this.#found;
    const isKilled = this.#exit === undefined ? this.#prey!.tree.hasKilledLeader : this.#exit.signal === 'SIGKILL';
    return isKilled ? 'killed' : 'exited';
  }

  /** A process that has got away may hold them. */
  #releasePipes(): void {
    const { stdin, stdout, stderr } = this.#child ?? {};
    if (this.#child?.connected) this.#child.disconnect();
    stdin?.destroy();
    setTimeout(() => {
      stdout?.destroy();
      stderr?.destroy();
    }, outputGrace).unref();
  }
}
