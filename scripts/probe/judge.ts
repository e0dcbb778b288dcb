import type { Format, Probe } from '../../overlays/sdk.ts';
import { SilentSocket } from './socket.ts';

/** The behaviour of one build of a copy. */
export interface BuildVerdict {
  build: Format;
  /** It hangs up. No mark and no hash can prove that. */
  patched: boolean;
  /** Why it does not count as patched. */
  reason?: string;
}

/** Budget of `disconnect()`, ms. */
const budget = 20;

/**
 * Opens a connection whose peer answers no close frame, hangs up, and calls too late.
 *
 * @param Class a class of the SDK
 * @param patience the most that a promise which must settle may take, ms. A machine can be busy; a hang is for ever
 * @returns the fault; `undefined` when the class behaves as a patched one
 */
export async function judge(
  { make, open, late }: Probe<object>,
  Class: unknown,
  patience = 5_000,
): Promise<string | undefined> {
  const settles = (promise: Promise<unknown>) => settlesWithin(promise, patience);
  const before = SilentSocket.all.length;
  const sockets = () => SilentSocket.all.slice(before);
  const object = make(Class as never) as { disconnect?(options: object): unknown };
  if (open !== undefined) {
    const opened = Promise.resolve(open(object)).then(() => Promise.all(sockets().map((socket) => socket.opened)));
    if (!(await settles(opened))) return 'its connection does not open';
    if (sockets().length === 0) return 'it opens no connection that the probe could see';
  }

  if (typeof object.disconnect !== 'function') return 'it has no disconnect()';
  const ended = object.disconnect({ timeout: budget });
  if (!(ended instanceof Promise)) return 'disconnect() does not tell when it is done';
  if (!(await settles(ended))) return `disconnect() of a connection without an answer is not done after ${patience} ms`;
  if (sockets().some(({ readyState }) => readyState !== SilentSocket.CLOSED)) return 'its socket outlives disconnect()';

  const dialled = sockets().length;
  let failure: unknown;
  const refused = (async () => late(object))().catch((error: unknown) => {
    failure = error;
  });
  if (!(await settles(refused))) return `a call after disconnect() is not refused within ${patience} ms`;
  if (sockets().length > dialled) return 'a call after disconnect() dials again';
  if (codesOf(failure).includes('ERR_DISCONNECTED')) return undefined;
  return failure === undefined ? 'a call after disconnect() is not refused' : 'a call after disconnect() is tried';
}

/** The code of an error, and of the error that the SDK has wrapped in it. */
function codesOf(error: unknown): unknown[] {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return [code, cause?.code];
}

/** @throws the promise's own rejection */
async function settlesWithin(promise: Promise<unknown>, limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limit, false);
  });
  const settled = promise.then(() => true);
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
