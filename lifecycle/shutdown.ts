import { Deadline } from '../core/deadline.ts';
import type { EndReport } from '../core/disconnectable.ts';
import { asLastResort } from '../core/last-resort.ts';
import { checkKeys, checkMs } from '../core/options.ts';
import { isHeard } from '../core/publish.ts';
import { scrubError } from '../core/scrub.ts';
import { whyAlive } from './alive.ts';
import { ScopeClosedError } from './errors.ts';
import { formatReport } from './format-report.ts';
import { type EndOptions, readEnd } from './level.ts';
import { forcedPart, phaseReserve, shutdownTimeout } from './limits.ts';
import { isSilent, type Logger, safeLogger } from './logger.ts';
import type { Endable, MemberOptions } from './members/kinds.ts';
import { makeMember } from './members/member.ts';
import { ignoreLostOutput, UncaughtErrors } from './process/errors.ts';
import { exit, exitCodeOf } from './process/exit.ts';
import { draining, type Phase, Phases } from './process/phases.ts';
import { Signals } from './process/signals.ts';
import type { ShutdownReport } from './shutdown-report.ts';
import { ShutdownSpan, type Tracer } from './span.ts';
import { logTaskErrors } from './task-errors.ts';
import { Watchdog, type WatchdogOptions } from './watchdog.ts';
import { waitable } from './work.ts';

export interface ShutdownOptions {
  /** ms from the end of the drain to the exit. In the last 300 of them, everything that is left is forced. Default 3000. */
  timeout?: number;
  /** The most ms that the phase `drain` may take, before `timeout` begins: calls in progress go on. Default 0: no such phase. */
  drain?: number;
  /** ms between `ready` turning false and everything else, for load balancers. Default 0. */
  readinessDelay?: number;
  /**
   * Default SIGINT, SIGTERM and SIGHUP. The first one begins the shutdown; a second one, 300 ms or more after it, forces everything
   * and exits with 128 + its number.
   */
  signals?: readonly NodeJS.Signals[];
  /** An error that nobody catches begins the shutdown with exit code 1; during it, the error only goes into the report. Default true. */
  errors?: boolean;
  /** Ends the process also when the event loop is blocked: see {@link WatchdogOptions}. Default true. */
  watchdog?: boolean | WatchdogOptions;
  /** Exits when all is over. Default true. */
  exit?: boolean;
  /** A logger of pino or winston, or the console. Default: lines on stderr. `false`: silence. */
  logger?: Logger | false;
  /** `trace.getTracer('hangup')` of `@opentelemetry/api`: a span `hangup.shutdown`, which ends before the phase `flush`. */
  tracer?: Tracer;
}

const optionKeys = ['timeout', 'drain', 'readinessDelay', 'signals', 'errors', 'watchdog', 'exit', 'logger', 'tracer'];

let active: Shutdown | undefined;

/** The end of this process: phases, one after the other, under one deadline. {@link createShutdown} makes it. */
export class Shutdown implements AsyncDisposable, Disposable {
  readonly #phases: Phases;
  readonly #budget: number;
  readonly #exits: boolean;
  readonly #logger: Logger;
  readonly #controller = new AbortController();
  readonly #errors = new UncaughtErrors((cause, error) => this.#onError(cause, error));
  readonly #signals: Signals;
  readonly #tracer: Tracer | undefined;
  readonly #span = new ShutdownSpan();
  #watchdog: Watchdog | undefined;
  #cause: string | undefined;
  #exitCode = 0;
  #ended: Promise<ShutdownReport> | undefined;

  /** @internal */
  constructor(options: ShutdownOptions) {
    checkKeys('createShutdown()', options, optionKeys);
    const time = (name: 'timeout' | 'drain' | 'readinessDelay', byDefault: number) =>
      checkMs(`createShutdown(): ${name}`, options[name] ?? byDefault);
    const [timeout, drain, readinessDelay] = [
      time('timeout', shutdownTimeout),
      time('drain', 0),
      time('readinessDelay', 0),
    ];
    const {
      signals = ['SIGINT', 'SIGTERM', 'SIGHUP'],
      errors = true,
      watchdog = true,
      exit = true,
      logger,
      tracer,
    } = options;
    this.#phases = new Phases({ readinessDelay, drain, timeout }, (ms) => this.#mustExitIn(ms));
    this.#budget = readinessDelay + drain + timeout;
    this.#exits = exit;
    this.#tracer = tracer;
    this.#logger = safeLogger(logger);
    if (logger) logTaskErrors(this.#logger);
    this.#signals = new Signals(signals, {
      first: (signal) => void this.end(signal),
      again: (signal) => this.#insist(signal),
    });
    process.on('exit', this.#forceAsLastResort);
    loadAhead();
    if (errors) this.#errors.listen();
    if (watchdog !== false) {
      const hooks = { force: () => this.#forceWhileBlocked(), exit: () => this.#exitWhileBlocked() };
      this.#watchdog = new Watchdog(watchdog === true ? {} : watchdog, hooks, this.#logger);
    }
  }

  /** False from the first signal on. A readiness route answers with it. */
  get ready(): boolean {
    return this.#cause === undefined;
  }

  /** Aborted when the shutdown begins, with its cause as the reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Adds a member to a phase, and returns it. A member of the phase `drain` is a function that waits:
   * `(limit) => sessions.drain(limit)`.
   *
   * @throws {ScopeClosedError} when the shutdown has begun; the member is forced at once
   * @throws {TypeError} on an unknown phase, a member of an unknown kind, or an invalid option
   */
  use<T extends Endable>(phase: Phase, name: string, member: T, options: MemberOptions = {}): T {
    this.#phases.check(phase);
    const made = phase === 'drain' ? draining(name, member) : makeMember(this, phase, name, member, options);
    if (!this.ready) {
      made.end(Deadline.spent('force'));
      throw new ScopeClosedError('process');
    }
    this.#phases.add(phase, made);
    return member;
  }

  /**
   * Begins the shutdown. Every call gives the same promise. It never rejects; by default the process exits when it settles.
   *
   * @param cause goes into the report; an error makes the exit code 1. Default `end()`.
   * @param options make it shorter; `{ force: true }` forces at once
   * @throws {TypeError} at once, on an invalid or unknown option
   */
  end(cause: string | Error = 'end()', options?: EndOptions): Promise<ShutdownReport> {
    const limit = readEnd(options, this.#budget);
    if (this.#ended === undefined) {
      const ended = new Promise<ShutdownReport>((resolve) => {
        this.#phases.ladder.onEnd(() => this.#finish(resolve));
      });
      this.#ended = waitable(ended, this);
      this.#begin(cause);
      this.#mustExitIn(this.#budget);
    }
    this.#phases.end(limit);
    // Streams tell of an error in a later tick, and to open them takes time that the clean-ups need not wait for.
    ignoreLostOutput();
    return this.#ended;
  }

  #begin(cause: string | Error): void {
    if (typeof cause === 'string') this.#cause = cause;
    else {
      const error = scrubError(cause, []) ?? cause;
      this.#errors.list.push(error);
      this.#cause = `${error.name}: ${error.message}`;
    }
    this.#span.start(this.#tracer, this.#cause);
    this.#logger.info({ cause: this.#cause }, `${this.#cause}: the shutdown begins, ${this.#budget} ms at the most`);
    this.#controller.abort(cause);
  }

  #insist(signal: NodeJS.Signals): void {
    this.#exitCode = exitCodeOf(signal);
    this.#logger.warn({ signal }, `${signal} again: everything is forced`);
    void this.end(signal, { force: true });
    this.#mustExitIn(forcedPart + phaseReserve);
  }

  #mustExitIn(ms: number): void {
    if (this.#exits) this.#watchdog?.mustEndIn(ms);
  }

  #onError(cause: string, error: Error): void {
    this.#logger.error({ err: error }, `${cause}: ${error.stack ?? error.message}`);
    if (this.ready) void this.end(cause);
  }

  /** The process ends now: no timer and no promise comes any more. */
  #forceAsLastResort = (): void => {
    asLastResort(() => {
      const spent = Deadline.spent('force');
      this.#phases.ladder.end(spent);
      this.#phases.flush.end(spent);
    });
  };

  /** Gives the signals back as well: while the event loop is blocked, nobody hears them. PID 1 would lose them. */
  #forceWhileBlocked(): void {
    this.#forceAsLastResort();
    if (process.pid === 1) return;
    this.#signals.stop();
    setImmediate(() => this.#signals.listen());
  }

  #exitWhileBlocked(): void {
    this.#forceAsLastResort();
    // `process.exit()` would run the listeners of others inside the function that blocks.
    (process as unknown as { reallyExit(code: number): void }).reallyExit(1);
  }

  #finish(resolve: (report: ShutdownReport) => void): void {
    const { ladder, flush, flushTime } = this.#phases;
    const report = this.#report(ladder.report!);
    // The clients of a silent process do not wait for a text that nobody reads.
    if (!isSilent(this.#logger)) {
      this.#logger[report.exitCode === 0 ? 'info' : 'warn']({ report }, formatReport(report));
    }
    if (report.outcome === 'forced' && process.env.HANGUP_WHY === '1') this.#logger.warn({}, `alive:\n${whyAlive()}`);
    this.#span.end(report);
    flush.end({ timeout: flushTime }).onEnd(() => {
      const complete = this.#report(ladder.report!, flush.report);
      resolve(complete);
      // The signals stay on until the exit: else the kernel would end the process by one that comes now.
      if (!this.#exits) this[Symbol.dispose]();
      // Those who wait for the report see it first.
      else setImmediate(() => this.#exit(complete));
    });
  }

  #exit({ exitCode, cause }: ShutdownReport): void {
    process.off('exit', this.#forceAsLastResort);
    exit(exitCode, cause, this.#signals);
  }

  #report(ended: EndReport, flushed?: EndReport): ShutdownReport {
    const errors = [...this.#errors.list];
    const hasFlushed = flushed?.members !== undefined && flushed.members.length > 0;
    const outcome = flushed?.outcome === 'forced' ? 'forced' : ended.outcome;
    return {
      ...ended,
      outcome,
      durationMs: ended.durationMs + (flushed?.durationMs ?? 0),
      members: [...(ended.members ?? []), ...(hasFlushed ? [flushed] : [])],
      abandoned: [...ended.abandoned, ...(flushed?.abandoned ?? []).map((path) => `${ended.name} › ${path}`)],
      cause: this.#cause!,
      exitCode: this.#exitCode || Number(outcome === 'forced' || errors.length > 0),
      errors,
    };
  }

  /** Takes its listeners off, and ends the watchdog. */
  [Symbol.dispose](): void {
    this.#signals.stop();
    this.#errors.stop();
    process.off('exit', this.#forceAsLastResort);
    this.#watchdog?.stop();
    logTaskErrors(undefined);
    if (active === this) active = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('asyncDispose');
  }
}

/** The clock and the channels are loaded at their first use, which takes more than 1 ms: all clean-ups would wait for it. */
function loadAhead(): void {
  performance.now();
  isHeard('hangup.end.start');
}

/**
 * Listens for signals and for errors that nobody catches, and ends everything that was added with `use()`, in the order of the phases.
 *
 * @throws {TypeError} on an unknown or invalid option, and when the process has a shutdown already
 */
export function createShutdown(options: ShutdownOptions = {}): Shutdown {
  if (active !== undefined) throw new TypeError('createShutdown(): this process has a shutdown already');
  active = new Shutdown(options);
  return active;
}
