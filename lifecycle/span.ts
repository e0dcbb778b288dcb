import type { EndReport } from '../core/disconnectable.ts';
import type { ShutdownReport } from './shutdown-report.ts';

interface Span {
  setAttribute(key: string, value: string | number | boolean): unknown;
  addEvent(name: string, attributes?: Record<string, string | number>): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

/** The part of a tracer of `@opentelemetry/api` that is used here. */
export interface Tracer {
  startSpan(name: string): Span;
}

/** `SpanStatusCode.ERROR` */
const error = 2;

/** The span of one shutdown. A tracer that throws disturbs nothing. */
export class ShutdownSpan {
  #span: Span | undefined;

  start(tracer: Tracer | undefined, cause: string): void {
    attempt(() => {
      this.#span = tracer?.startSpan('hangup.shutdown');
      this.#span?.setAttribute('hangup.cause', cause);
    });
  }

  /** Ends it, with an event for each phase and each member of a phase. */
  end(report: ShutdownReport): void {
    const span = this.#span;
    if (span === undefined) return;
    attempt(() => {
      span.setAttribute('hangup.outcome', report.outcome);
      span.setAttribute('hangup.exit_code', report.exitCode);
      span.setAttribute('hangup.abandoned', report.abandoned.length);
      for (const phase of report.members ?? []) {
        tell(span, phase.name, phase);
        for (const member of phase.members ?? []) tell(span, `${phase.name} › ${member.name}`, member);
      }
      if (report.exitCode !== 0) span.setStatus({ code: error, message: report.abandoned.join('; ') });
    });
    attempt(() => span.end());
  }
}

function tell(span: Span, name: string, { outcome, durationMs }: EndReport): void {
  span.addEvent(name, { 'hangup.outcome': outcome, 'hangup.duration_ms': durationMs });
}

function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // The tracer is the user's.
  }
}
