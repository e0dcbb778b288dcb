import type { Diagnostics } from './diagnostics.ts';
import { nodeModule } from './node.ts';
import { shared } from './shared.ts';

/** The parts of Node that are used here. */
interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
}

interface Debug {
  (format: string, text: string): void;
  readonly enabled: boolean;
}

type Texts = { readonly [N in keyof Diagnostics]: (message: Diagnostics[N]) => string };

const texts: Texts = {
  'hangup.end.start': ({ id, name, timeout }) => `${name} #${id}: end begins, ${Math.round(timeout)} ms`,
  'hangup.end.step': ({ id, name, step }) => {
    const time = step.outcome === 'skipped' ? '' : ` in ${Math.round(step.durationMs)} ms`;
    const error = step.error === undefined ? '' : `: ${step.error.message}`;
    return `${name} #${id}: ${step.name} ${step.outcome}${time}${error}`;
  },
  'hangup.end.finish': ({ id, name, report: { outcome, reason, durationMs, abandoned } }) => {
    const why = reason === undefined ? '' : ` (${reason})`;
    const left = abandoned.length === 0 ? '' : `, abandoned: ${abandoned.join('; ')}`;
    return `${name} #${id}: ${outcome}${why} in ${Math.round(durationMs)} ms${left}`;
  },
  'hangup.stream.cut': ({ name, error }) => `${name}: stream cut: ${error.message}`,
  'hangup.dial.refused': ({ name, call }) => `${name}: ${call} refused, because it was disconnected`,
  'hangup.frame.unreadable': ({ name, reason }) => `${name}: ${reason}`,
  'hangup.task.error': ({ name, task, error }) => `${name}: task "${task}" failed: ${error.message}`,
  'hangup.loop.blocked': ({ ms, at }) => `the event loop was blocked for ${ms} ms by ${at}`,
  'hangup.agent.state': ({ id, pid, state }) => `agent ${id}: ${state}, PID ${pid}`,
};

/** Prints the messages as lines on stderr when `NODE_DEBUG` names hangup: once, for all copies of hangup in the process. */
export function printWhenAsked(): void {
  shared('debug@1', () => {
    const debug = nodeModule<{ debuglog(section: string): Debug }>('util')?.debuglog('hangup');
    const node = nodeModule<Channels>('diagnostics_channel');
    if (debug?.enabled) {
      for (const [name, text] of Object.entries(texts)) {
        node?.subscribe(name, (message) => debug('%s', text(message as never)));
      }
    }
    return {};
  });
}
