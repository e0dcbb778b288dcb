import type { Behaviour } from '../../testing/behaviour.ts';

/** The outcome of one app. */
export interface Run {
  /** `undefined`: it was still running at the cap and had to be killed. */
  exitCode: number | undefined;
  /** From the moment that matters (the app says "now") to its end, in ms. */
  ms: number;
  /** The lines that it printed after "now". */
  said: string[];
  /** The error that it died of. */
  error: string | undefined;
  /** TCP connections that the server saw. */
  connections: number;
  /** Where the server found the API key. */
  key: 'URL' | 'header' | undefined;
}

export interface Scenario {
  id: string;
  name: string;
  /** A file in `apps/`: plain code of a user of the SDK. */
  app: string;
  behaviour: Behaviour;
  /** The run in few words. */
  tell(run: Run): string;
  /** The bare SDK shows the defect. */
  isDefect(run: Run): boolean;
  /** The patched SDK does what it should. */
  isRight(run: Run): boolean;
}

/** How long an app may run after its "now", in ms. */
export const cap = 4000;

const killed = (run: Run) => run.exitCode === undefined;
const crashed = (run: Run) => run.exitCode !== undefined && run.exitCode !== 0;
const exited = (run: Run, within = 2500) => run.exitCode === 0 && run.ms < within;
const says = (run: Run, text: string) => run.said.some((line) => line.includes(text));

function fate(run: Run): string {
  if (killed(run)) return `running after ${cap / 1000} s, killed`;
  return crashed(run) ? `crash 💥 ${run.error ?? `exit code ${run.exitCode}`}` : `exits after ${Math.round(run.ms)} ms`;
}

/** Where the API key was. Logs of servers and proxies hold URLs. */
const placeOf = ({ key }: Run) =>
  key === 'header' ? 'in the header and not in the URL, where logs keep it' : 'in the URL, where logs keep it';

const speaksForEver: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 5 };
const nativeWebSocket = 'WebSocket' in globalThis;

export const scenarios: readonly Scenario[] = [
  {
    id: 'close-unanswered',
    name: 'close frame never answered',
    app: 'close-unanswered.cjs',
    behaviour: { onClose: 'ignore' },
    tell: (run) => (killed(run) ? `${fate(run)} (in full: 30 s)` : fate(run)),
    isDefect: killed,
    isRight: (run) => exited(run),
  },
  {
    id: 'black-hole',
    name: 'network gone, disconnect(true)',
    app: 'black-hole.cjs',
    behaviour: { ...speaksForEver, fault: { kind: 'black-hole' }, faultAfter: 3 },
    tell: (run) => (killed(run) ? `${fate(run)} (in full: 30 s)` : fate(run)),
    isDefect: killed,
    isRight: (run) => exited(run, 1000),
  },
  {
    id: 'dropped',
    name: 'socket dropped (1011) during for await',
    app: 'dropped.cjs',
    behaviour: { ...speaksForEver, fault: { kind: 'close', code: 1011, reason: 'restarting' }, faultAfter: 5 },
    tell: (run) => (exited(run) ? `loop throws ${run.said.at(-1)}` : `loop silent, ${fate(run)}`),
    isDefect: killed,
    isRight: (run) => exited(run) && says(run, 'StreamEndedError 1011'),
  },
  {
    id: 'late-cancel',
    name: 'cancel() after close()',
    app: 'late-cancel.cjs',
    behaviour: speaksForEver,
    tell: (run) => `${run.connections} connection${run.connections === 1 ? '' : 's'}, ${fate(run)}`,
    isDefect: (run) => run.connections === 2,
    isRight: (run) => exited(run) && run.connections === 1,
  },
  {
    id: 'bad-frame',
    name: 'one frame that is not JSON',
    app: 'bad-frame.cjs',
    behaviour: { chunks: 4, fault: { kind: 'text', data: '{"type":"chunk",' }, faultAfter: 2 },
    tell: (run) => (exited(run) ? `${run.said[0]}, next sentence ${run.said[1]}` : fate(run)),
    isDefect: crashed,
    isRight: (run) => exited(run) && says(run, 'StreamEndedError') && says(run, 'spoken'),
  },
  {
    id: 'refused',
    name: 'upgrade refused (401), in try/catch',
    app: 'refused.cjs',
    behaviour: { greeting: 'upgrade-401' },
    tell: (run) => (exited(run) ? run.said.join(' ') : fate(run)),
    isDefect: crashed,
    isRight: (run) => exited(run) && says(run, 'caught: Unexpected server response: 401'),
  },
  {
    id: 'esm',
    name: nativeWebSocket ? 'ESM build: where the API key goes' : 'ESM build, Node without WebSocket',
    app: 'esm.mjs',
    behaviour: { chunks: 3 },
    tell: (run) => (exited(run) ? `${run.said.at(-1)}, API key ${placeOf(run)}` : fate(run)),
    isDefect: (run) => (nativeWebSocket ? run.key === 'URL' : crashed(run) && run.error?.includes('"ws"') === true),
    isRight: (run) => exited(run) && run.key === 'header' && says(run, '3 chunks'),
  },
];
