import { ownClientMembers } from '../../../client/members.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import type { Members } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { isFactory, isPart, type Part, tie } from './parts.ts';

type Client = Record<string, unknown>;

/** The parts of all versions. The constructor of a client assigns them. */
const names = ['files', 'transcripts', 'lemur', 'realtime', 'streaming', 'sync', 'dictation', 'llmGateway'];

/** No instance of these is dialled. */
const unused = { sampleRate: 16_000, token: 'a-token-for-nobody' };

/** `AssemblyAI`: it has its parts as members, and nothing of its own on its prototype. */
export const client: Family<Client> = {
  sdk: 'assemblyai',
  name: 'client',
  required: ['constructor'],
  prototypeOf(instance) {
    const { transcripts, realtime } = instance as Client;
    if (!isPart(transcripts) || !isFactory(realtime)) return undefined;
    const prototypes: object[] = [];
    for (let at = Object.getPrototypeOf(instance); at !== null; at = Object.getPrototypeOf(at)) prototypes.push(at);
    // The one below that of all objects.
    return prototypes.at(-2);
  },
  connectionsBehind: (client) =>
    partsOf(client)
      .filter(isFactory)
      .map((factory) => factory.transcriber(unused)),

  addressesOf: (client) => partsOf(client).map(({ params }) => params?.baseUrl),

  seams: (prototype) => {
    const members = { ...ownClientMembers(), ...partMembers() };
    return {
      patches: [{ object: prototype, name: 'the client', members }],
      adopt: (client) =>
        partsOf(client)
          .map((part) => tie(client, part))
          .includes(true),
    };
  },
};

const partsOf = (client: Client): Part[] => names.map((name) => client[name]).filter(isPart);

/** Takes the parts that the constructor of a client assigns. */
function partMembers(): Members {
  const take = (client: Client, part: unknown) => {
    if (isPart(part)) tie(client, part);
  };
  return Object.fromEntries(names.map((name) => [name, onAssigned(name, take)]));
}
