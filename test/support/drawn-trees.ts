/** Trees of levels and leaves with random manners, as fast-check draws them. */
import fc from 'fast-check';

/** The longest budget, in ms. */
export const longest = 400;

/** Something that a hook, or the world outside, does to a part of the tree. Parts are counted from 0, the root. */
export type Act =
  | { kind: 'force' | 'abort' | 'last resort' | 'throw'; at: number }
  | { kind: 'end'; at: number; timeout: number }
  /** Hands on the limit of the part that acts, and does not wait. */
  | { kind: 'hand on'; at: number };

export type Hook = 'door' | 'ask' | 'force' | 'settle' | 'end';
export type Hooks = { [hook in Hook]?: Act };

export interface StepManners {
  asked: 'nothing' | 'resolves' | 'rejects' | 'throws' | 'stuck';
  ms: number;
  cap: number | undefined;
}

export interface Manners {
  cap: number | undefined;
  steps: StepManners[];
  hooks: Hooks;
}
export interface LeafManners extends Manners {
  forced: 'at once' | 'later' | 'never' | 'throws' | 'nothing left';
  forcedMs: number;
}
export interface LevelManners extends Manners {
  order: 'together' | 'inOrder';
  members: Tree[];
}
export type Tree = LeafManners | LevelManners;
export type Event = Act & { wait: number };

export const ms = (max: number) => fc.oneof(fc.constant(0), fc.nat({ max }));
const cap = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: ms(200) });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('force', 'abort', 'last resort', 'throw'), at: fc.nat({ max: 12 }) }),
  fc.record({ kind: fc.constant('end'), at: fc.nat({ max: 12 }), timeout: ms(longest) }),
  fc.record({ kind: fc.constant('hand on'), at: fc.nat({ max: 12 }) }),
) as fc.Arbitrary<Act>;
const hooks = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ door: act, ask: act, force: act, settle: act, end: act }, { requiredKeys: [] }) },
) as fc.Arbitrary<Hooks>;
const steps = fc.array(
  fc.record({ asked: fc.constantFrom('nothing', 'resolves', 'rejects', 'throws', 'stuck'), ms: ms(150), cap }),
  { maxLength: 2 },
) as fc.Arbitrary<StepManners[]>;
const forced = fc.constantFrom('at once', 'later', 'never', 'throws', 'nothing left');
export const { tree } = fc.letrec<{ tree: Tree; leaf: LeafManners; level: LevelManners }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('level')),
  leaf: fc.record({ cap, steps, hooks, forced, forcedMs: ms(300) }) as fc.Arbitrary<LeafManners>,
  level: fc.record({
    cap,
    steps,
    hooks,
    order: fc.constantFrom('together', 'inOrder'),
    members: fc.array(tie('tree'), { maxLength: 3 }),
  }) as fc.Arbitrary<LevelManners>,
}));
export const events = fc.array(
  fc.tuple(act, ms(200)).map(([what, wait]): Event => ({ ...what, wait })),
  { maxLength: 4 },
);
