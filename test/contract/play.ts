import type { Delivery } from '../support/sdk.ts';
import type { Clock } from './clock.ts';
import type { SocketCell } from './driver.ts';
import type { Stage } from './stage.ts';

/** The behaviour of the bare SDK in a scenario: the negative control. */
export type Bare =
  | 'passes'
  /** The scenario is about a call that hangup adds. */
  | 'has no such call'
  /** An assertion of the scenario fails, with a message that matches. */
  | { fails: RegExp }
  /** Would end the process: an unhandled rejection or uncaught exception whose message matches. Runs in a child. */
  | { crashes: RegExp };

/** A promise, put to the test. */
export interface Scenario<S extends Stage = Stage> {
  /** Unique in its suite. */
  id: string;
  /** The promises of CONTRACT.md that it tests. */
  promise: string | readonly string[];
  name: string;
  bare: Bare | ((cell: SocketCell) => Bare);
  /** Chooses the cells to which it applies. Default: all. */
  concerns?(cell: SocketCell): boolean;
  run(stage: S): Promise<void>;
}

/** Scenarios that share a stage. */
export interface Suite<S extends Stage = Stage> {
  /** As CONTRACT.md calls the place. */
  title: string;
  /** Its folder in test/contract. */
  folder: string;
  scenarios: readonly Scenario<S>[];
  cells(delivery: Delivery): readonly SocketCell[];
  stage(cell: SocketCell, patience: number, over?: AbortSignal): Promise<S>;
  /** The behaviour of the cell's bare SDK, where the scenario says something else. */
  bareOf?(id: string, cell: SocketCell): Bare | undefined;
}

/** One scenario in one cell. */
export interface Row {
  id: string;
  name: string;
  bare: Bare;
  /**
   * Rejects when the promise is not kept.
   *
   * @param patience how long anything that must settle may take, in ms
   * @param over see `Clock`
   */
  play(patience: number, over?: AbortSignal): Promise<void>;
}

/** The limit of a whole scenario, in ms. Each wait in it has a shorter limit. */
const scenarioLimit = 15_000;

/** The scenarios that the cell plays. */
export function rowsOf<S extends Stage>(suite: Suite<S>, cell: SocketCell): Row[] {
  return suite.scenarios
    .filter((scenario) => scenario.concerns?.(cell) !== false)
    .map((scenario) => {
      const { id, name, bare } = scenario;
      return {
        id,
        name,
        bare: suite.bareOf?.(id, cell) ?? (typeof bare === 'function' ? bare(cell) : bare),
        play: async (patience, over) => playOn(await suite.stage(cell, patience, over), (stage) => scenario.run(stage)),
      };
    });
}

/** Runs it within the limit of a scenario, and clears the stage. */
export async function playOn<S extends Clock & { dispose(): Promise<void> }>(
  stage: S,
  run: (stage: S) => Promise<void>,
): Promise<void> {
  try {
    await stage.within(run(stage), 'the whole scenario', scenarioLimit);
  } finally {
    await stage.dispose();
  }
}

/** @throws where two scenarios of a suite have the same id or name: controls are told by the id, tests by the name */
export function unique<T extends { id: string; name: string }>(scenarios: readonly T[]): readonly T[] {
  for (const key of ['id', 'name'] as const) {
    const seen = new Set<string>();
    for (const scenario of scenarios) {
      if (seen.has(scenario[key])) throw new Error(`two scenarios have the ${key} "${scenario[key]}"`);
      seen.add(scenario[key]);
    }
  }
  return scenarios;
}

/** A part of an id, made from the words of a name. */
export function slug(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
