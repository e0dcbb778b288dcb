import type { Endable as Leaf } from '../../core/endable.ts';
import { Group } from '../../core/group.ts';
import { isLastResort } from '../../core/last-resort.ts';
import { Level, levelKey } from '../level.ts';
import type { AgentLevel } from './agent.ts';
import { storeGrace } from './limits.ts';

/** All agents of a registry: they end together, each within its own grace. */
export class AllAgents extends Level {
  readonly #grace: number;
  readonly #agents: () => Iterable<AgentLevel>;
  #ending: readonly AgentLevel[] = [];
  #group = new Group([]);

  /** @param agents those that have not ended */
  constructor(grace: number, agents: () => Iterable<AgentLevel>) {
    super(grace);
    this.#grace = grace;
    this.#agents = agents;
  }

  get isOpen(): boolean {
    return this.ladder.state === 'open';
  }

  onEnd(listener: () => void): void {
    this.ladder.onEnd(listener);
  }

  protected override endable(): Leaf {
    return {
      name: 'agents',
      forceCap: null,
      closeDoor: () => {
        this.#ending = [...this.#agents()];
        this.#group = new Group(
          this.#ending.map((agent) => ({ cap: this.#grace, end: (limit) => agent[levelKey](limit) })),
        );
      },
      steps: () => [{ name: 'agents', ask: (limit) => this.#group.together(limit)?.then(() => this.#told()) }],
      force: (ended, reason) => this.#group.force(() => this.#afterForce(ended), reason),
      members: () => this.#group.reports,
    };
  }

  /** The store knows of all ends, or does not answer. */
  #told(): Promise<unknown> {
    return Promise.all(this.#ending.map(({ gone }) => gone));
  }

  #afterForce(ended: () => void): void {
    if (isLastResort()) {
      ended();
      return;
    }
    const timer = setTimeout(ended, storeGrace);
    void this.#told().then(() => {
      clearTimeout(timer);
      ended();
    });
  }
}
