// Faults on purpose, to see the shutdown deal with them: HANGUP_EXAMPLE_FAULTS=stuck:2,late-throw:100

export interface Faults {
  /** The clean-up of so many sessions, the first ones, never settles. */
  readonly stuck: number;
  /** The assessment of so many sessions ignores its abort. */
  readonly swallow: number;
  /** The clean-up of so many sessions throws. */
  readonly throw: number;
  /** A timer throws so many ms after the shutdown began. */
  readonly lateThrow: number | undefined;
  /** The clean-up of the first session blocks the event loop for so many ms. */
  readonly block: number | undefined;
  /** The client may block the event loop by a message. */
  readonly remote: boolean;
  /** The provider accepts connections and never answers. */
  readonly providerHangs: boolean;
}

const known = ['stuck', 'swallow', 'throw', 'late-throw', 'block', 'remote', 'provider-hang'];

export function readFaults(text = ''): Faults {
  const given = new Map<string, string | undefined>();
  for (const fault of text.split(',').filter((one) => one !== '')) {
    const [name, value] = fault.trim().split(':');
    given.set(name!, value);
  }
  for (const name of given.keys()) {
    if (!known.includes(name)) throw new TypeError(`HANGUP_EXAMPLE_FAULTS: "${name}" is none of ${known.join(', ')}`);
  }
  const number = (name: string) => {
    if (!given.has(name)) return undefined;
    const value = Number(given.get(name));
    if (Number.isFinite(value)) return value;
    throw new TypeError(`HANGUP_EXAMPLE_FAULTS: "${name}" needs a number, such as ${name}:2`);
  };
  return {
    stuck: number('stuck') ?? 0,
    swallow: number('swallow') ?? 0,
    throw: number('throw') ?? 0,
    lateThrow: number('late-throw'),
    block: number('block'),
    remote: given.has('remote'),
    providerHangs: given.has('provider-hang'),
  };
}

/** Blocks the event loop, as code that makes a long text without a pause does. */
export function buildTranscript(ms: number): number {
  let turns = 0;
  for (const end = Date.now() + ms; Date.now() < end; ) turns++;
  return turns;
}

/** The clean-up of the session that was the `index`th to come. */
export async function cleanUp(faults: Faults, index: number): Promise<void> {
  if (index === 0 && faults.block !== undefined) buildTranscript(faults.block);
  if (index < faults.throw) throw new Error('cleanup failed on purpose');
  if (index < faults.stuck) await new Promise(() => {});
}
