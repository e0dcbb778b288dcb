/** A drawn tree in motion. */
import assert from 'node:assert/strict';
import type { Deadline } from '../../core/deadline.ts';
import type { ForceReason } from '../../core/disconnectable.ts';
import type { Step } from '../../core/endable.ts';
import { Group } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { asLastResort } from '../../core/last-resort.ts';
import { forceCap } from '../../core/limits.ts';
import type { Act, Hook, LeafManners, StepManners, Tree } from './drawn-trees.ts';
import { longest } from './drawn-trees.ts';

/** Timers round up to whole ms, and the last one looks twice. */
const rounding = 3;

/** One part of the tree. It checks, whenever it is called, that it may be called so. */
export class Part {
  readonly members: Part[];
  readonly ladder: Ladder;
  /** `performance.now()` by which each limit that it was given wants it ended. */
  due = Number.POSITIVE_INFINITY;
  limit: Deadline | undefined;
  readonly calls: Record<Hook, number> = { door: 0, ask: 0, force: 0, settle: 0, end: 0 };
  /** The limits of the levels that have begun its end. */
  readonly above: { part: Part; until: number }[] = [];
  readonly #world: World;
  readonly #manners: Tree;
  readonly #isLevel: boolean;

  constructor(world: World, manners: Tree) {
    this.#world = world;
    this.#manners = manners;
    const name = `part ${world.parts.push(this) - 1}`;
    this.#isLevel = 'members' in manners;
    this.members = 'members' in manners ? manners.members.map((member) => new Part(world, member)) : [];
    // Tells each member by whom it is ended.
    const group = new Group(
      this.members.map((member) => ({
        cap: member.#manners.cap,
        end: (limit) => {
          member.beginFor(this);
          return member.ladder.end(limit);
        },
      })),
    );
    const politely = manners.steps.map((step, index) => this.#step(`step ${index}`, step));
    this.ladder = new Ladder({
      name,
      closeDoor: () => this.#run('door'),
      settle: () => {
        this.#run('settle');
        return [];
      },
      ...('members' in manners
        ? {
            forceCap: null,
            steps: () => [...politely, { name: 'members', ask: (limit) => group[manners.order](limit) }],
            force: (ended, reason) => {
              this.#run('force');
              return group.force(ended, reason);
            },
            members: () => group.reports,
          }
        : { steps: () => politely, force: (ended) => this.#force(manners, ended) }),
    });
    this.ladder.onEnd(() => this.#run('end'));
  }

  beginFor(part: Part): void {
    this.above.push({ part, until: performance.now() + (this.#manners.cap ?? Number.POSITIVE_INFINITY) });
  }

  end(limit: Parameters<Ladder['end']>[0] & { force?: boolean }): void {
    const time = limit.force === true ? 0 : limit.timeout;
    if (this.ladder.state !== 'closed') this.due = Math.min(this.due, performance.now() + time);
    const promise = this.ladder.end(limit).ended;
    assert.equal(this.ladder.ended, promise, 'another promise');
  }

  /** The time that it has by the limits of all that have ended it. */
  left(seen = new Set<Part>()): number {
    if (seen.has(this)) return Number.POSITIVE_INFINITY;
    seen.add(this);
    const above = this.above.map(({ part, until }) => Math.min(part.left(seen), until - performance.now()));
    return Math.min(this.due - performance.now(), ...above);
  }

  #step(name: string, { asked, ms, cap }: StepManners): Step {
    const ask: Step['ask'] = (limit) => {
      const left = Math.min(this.left(), cap ?? Number.POSITIVE_INFINITY);
      this.#world.attempt(() => assert.ok(limit.timeout <= Math.max(0, left), `told ${limit.timeout}, left ${left}`));
      this.limit = limit;
      this.#run('ask');
      const after = () => new Promise<void>((resolve) => setTimeout(resolve, ms));
      switch (asked) {
        case 'nothing':
          return undefined;
        case 'throws':
          throw cyclic();
        case 'resolves':
          return after();
        case 'rejects':
          return after().then(() => Promise.reject(Object.create(null)));
        case 'stuck':
          return new Promise(() => {});
      }
    };
    return { name, cap, ask };
  }

  #force({ forced, forcedMs }: LeafManners, ended: () => void): boolean {
    this.#run('force');
    if (forced === 'throws') throw new Error('cannot be destroyed');
    if (forced === 'at once') ended();
    if (forced === 'later') setTimeout(ended, forcedMs);
    return forced !== 'nothing left';
  }

  /** Counts the call of a hook, and does as the manners say. */
  #run(hook: Hook): void {
    this.calls[hook] += 1;
    this.#world.attempt(() => this.#checkCall(hook));
    const act = this.#manners.hooks[hook];
    if (act === undefined || this.calls[hook] > 1) return;
    if (act.kind !== 'throw') this.#world.act(act, this.limit);
    else if (hook !== 'end' && !(hook === 'force' && this.#isLevel)) throw new Error(`${hook} of a user's`);
  }

  #checkCall(hook: Hook): void {
    // A level may be forced once more as the last resort: its members are not.
    const mayRepeat = hook === 'ask' || (hook === 'force' && this.#isLevel);
    if (!mayRepeat) assert.equal(this.calls[hook], 1, `${hook} again`);
    assert.equal(this.calls.door, 1, `${hook} before the door`);
    if (hook === 'ask') assert.equal(this.calls.force, 0, 'asked after the force');
    if (hook === 'end') assert.equal(this.calls.settle, 1, 'ended unsettled');
  }
}

/** The tree, and all that happens to it. */
export class World {
  readonly parts: Part[] = [];
  readonly root: Part;
  readonly #controllers: AbortController[];
  /** Listeners on the signals of users that were not taken off. */
  listeners = 0;
  /** The ladder catches the errors of hooks: those of this test are kept. */
  readonly failures: unknown[] = [];
  /** Why a part must have been forced, when it was. */
  readonly #reasons = new Map<Part, ForceReason>();

  constructor(tree: Tree) {
    this.root = new Part(this, tree);
    this.#controllers = this.parts.map(() => this.#controller());
  }

  #controller(): AbortController {
    const controller = new AbortController();
    const { signal } = controller;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    const listeners = new Set<unknown>();
    const count = () => {
      this.listeners += listeners.size;
    };
    signal.addEventListener = (type: 'abort', listener: () => void) => {
      this.listeners -= listeners.size;
      listeners.add(listener);
      count();
      add(type, listener, { once: true });
    };
    signal.removeEventListener = (type: 'abort', listener: () => void) => {
      this.listeners -= listeners.size;
      listeners.delete(listener);
      count();
      remove(type, listener);
    };
    return controller;
  }

  attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** Something happens to the tree from outside of it. */
  happen(what: Act): void {
    const part = this.partOf(what);
    const wasClosing = part.ladder.state === 'closing';
    this.act(what);
    if (wasClosing && (what.kind === 'force' || what.kind === 'abort')) this.#reasons.set(part, what.kind);
    if (what.kind === 'force' || what.kind === 'abort') this.attempt(() => isForced(part));
  }

  partOf({ at }: Act): Part {
    return this.parts[at % this.parts.length]!;
  }

  act(what: Act, limit?: Deadline): void {
    this.attempt(() => this.#act(what, limit));
  }

  #act(what: Act, limit: Deadline | undefined): void {
    const part = this.partOf(what);
    switch (what.kind) {
      case 'force':
        part.end({ force: true, timeout: longest });
        // A hook may stand in its way until it returns.
        queueMicrotask(() => this.attempt(() => isForced(part)));
        break;
      case 'abort': {
        const controller = this.#controllers[this.parts.indexOf(part)]!;
        part.end({ timeout: longest, signal: controller.signal });
        part.due = Math.min(part.due, performance.now());
        controller.abort();
        queueMicrotask(() => this.attempt(() => isForced(part)));
        break;
      }
      case 'last resort':
        asLastResort(() => {
          // Some other module has a last resort of its own.
          asLastResort(() => {});
          part.end({ force: true, timeout: 0 });
          isForced(part);
        });
        break;
      case 'end':
        part.end({ timeout: what.timeout });
        break;
      case 'hand on':
        if (limit !== undefined) part.end(limit);
    }
  }

  /** Nothing takes longer than it may. */
  check(): void {
    for (const part of this.parts) {
      const late = -part.left();
      const { state, name } = part.ladder;
      assert.ok(late <= forceCap + rounding || state === 'closed', `${name} is ${state} ${late} ms after its deadline`);
    }
    assert.deepEqual(this.failures, []);
  }

  checkReports(): void {
    for (const part of this.parts) {
      const { report } = part.ladder;
      assert.ok(report !== undefined);
      assert.deepEqual(part.calls, { ...part.calls, door: 1, settle: 1, end: 1 });
      assert.deepEqual(
        report.members ?? [],
        part.members.map(({ ladder }) => ladder.report!),
      );
      const isForced =
        report.reason !== undefined || part.members.some(({ ladder }) => ladder.report?.outcome === 'forced');
      assert.equal(report.outcome, isForced ? 'forced' : 'graceful');
      assert.ok([undefined, 'failed', 'deadline', 'abort', 'force'].includes(report.reason));
      const reason = this.#reasons.get(part);
      if (report.reason !== undefined && reason !== undefined) assert.equal(report.reason, reason);
      for (const { outcome, error } of report.steps) assert.equal(error instanceof Error, outcome === 'failed');
      assert.deepEqual(report.abandoned, abandonedOf(part));
      JSON.stringify(report);
    }
  }
}

/** Neither text nor JSON can be made of it. */
function cyclic(): Error {
  const error = Object.assign(new Error(), { message: { code: 1 }, request: {} });
  error.request = error;
  return error;
}

function abandonedOf({ ladder: { name, report }, members }: Part): string[] {
  const { outcome } = report!.steps.at(-1)!;
  const below = members.flatMap(abandonedOf).map((path) => `${name} › ${path}`);
  return outcome === 'timeout' || outcome === 'failed' ? [name, ...below] : below;
}

/** A force has reached all that is below. */
function isForced({ ladder: { name, state }, members, calls }: Part): void {
  assert.ok(state === 'forcing' || state === 'closed', `${name} is ${state} after a force`);
  assert.ok(calls.force > 0, `${name} is not forced`);
  for (const member of members) isForced(member);
}
