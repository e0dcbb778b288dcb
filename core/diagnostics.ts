import type { EndReport, StepReport } from './disconnectable.ts';
import type { StreamEndedError } from './errors.ts';

/** One end, in each of its messages. */
interface End {
  /** The same in all messages of one end, and of no other end in the process. */
  readonly id: number;
  /** `socket tts`, `client`, … */
  readonly name: string;
}

/** The messages that hangup publishes, by their channel of `node:diagnostics_channel`. */
export interface Diagnostics {
  /** An end has begun. `timeout`: the ms that it has, 0 when it is forced from the start. */
  'hangup.end.start': End & { readonly timeout: number };
  /** A step of it is over. */
  'hangup.end.step': End & { readonly step: StepReport };
  /** It is over. The report of `await using` is here too. */
  'hangup.end.finish': End & { readonly report: EndReport };
  /** The peer or the network has ended a stream early. The error is the one that a reader of the stream gets. */
  'hangup.stream.cut': { readonly name: string; readonly error: StreamEndedError };
  /** A call came after the end, and would have used or opened a connection. */
  'hangup.dial.refused': { readonly name: string; readonly call: string };
  /** The provider has sent a frame that the SDK cannot read. */
  'hangup.frame.unreadable': { readonly name: string; readonly reason: string };
  /** A task threw, and not only because it was aborted. `name` is that of its scope. */
  'hangup.task.error': { readonly name: string; readonly task: string; readonly error: Error };
  /** The event loop turns again, after `at` has blocked it for `ms` ms. */
  'hangup.loop.blocked': { readonly ms: number; readonly at: string };
  /** An agent process was started, says that it is ready, or is being ended. Its end has the messages of every end. */
  'hangup.agent.state': {
    readonly id: string;
    readonly host: string;
    readonly pid: number;
    readonly state: 'starting' | 'ready' | 'ending' | 'lost';
  };
}

/** The names of all channels. */
export const channels = [
  'hangup.end.start',
  'hangup.end.step',
  'hangup.end.finish',
  'hangup.stream.cut',
  'hangup.dial.refused',
  'hangup.frame.unreadable',
  'hangup.task.error',
  'hangup.loop.blocked',
  'hangup.agent.state',
] as const satisfies readonly (keyof Diagnostics)[];
