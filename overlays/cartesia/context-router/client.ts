import type { DisconnectReport } from '../../../core/disconnectable.ts';
import { type Budget, Ladder } from '../../../core/ladder.ts';
import { readBudget } from '../../../core/options.ts';
import { catchInstance, type Members } from '../../overlay.ts';
import { optionsFor } from './options.ts';
import type { Registry } from './registry.ts';
import type { CartesiaClient } from './shapes.ts';

export function isClient(target: object): target is CartesiaClient {
  return typeof (target as CartesiaClient).tts?.websocket === 'function';
}

/** An instance, never opened, of the class behind `client.tts.websocket()`; `undefined` when it is of another kind. */
export function instanceBehind(client: CartesiaClient): object | undefined {
  return catchInstance('_contextQueues', () => client.tts?.websocket());
}

/** The rung above the connections: a client ends all that it opened, under one deadline. */
class ClientRung {
  readonly #client: CartesiaClient;
  readonly #registry: Registry;
  readonly #ladder: Ladder;
  #reports: DisconnectReport[] = [];

  constructor(client: CartesiaClient, registry: Registry) {
    this.#client = client;
    this.#registry = registry;
    this.#ladder = new Ladder({
      closeDoor: () => registry.endClient(client),
      force: () => this.#forceAll(),
      settle: () => this.#reports.flatMap((report) => report.abandoned),
    });
  }

  disconnect(budget: Budget): Promise<DisconnectReport> {
    const ask = () => this.#endAll(budget);
    return this.#ladder.end(budget, [{ name: 'connections', cap: budget.timeout, ask }]);
  }

  #endAll(budget: Budget): Promise<void> | undefined {
    const connections = this.#registry.connectionsOf(this.#client);
    if (connections.length === 0) return undefined;
    return Promise.all(connections.map((connection) => connection.disconnect(budget))).then((reports) => {
      this.#reports = reports;
    });
  }

  /** Runs when the budget is spent, and also after it sufficed: then it tells whether a connection had to be forced. */
  #forceAll(): Promise<void> | undefined {
    const isGraceful = this.#reports.length > 0 && this.#reports.every((report) => report.outcome === 'graceful');
    return isGraceful ? undefined : this.#endAll({ force: true, timeout: 0 });
  }
}

/** The members that go onto a client. */
export function clientMembers(client: CartesiaClient, registry: Registry): Members {
  const rung = new ClientRung(client, registry);
  const members = {
    get connected(): boolean {
      return registry.connectionsOf(client).some((connection) => connection.connected);
    },
    disconnect: (force?: unknown) => rung.disconnect(readBudget(force, optionsFor(client).timeout)),
    [Symbol.asyncDispose]: async () => {
      await members.disconnect();
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
