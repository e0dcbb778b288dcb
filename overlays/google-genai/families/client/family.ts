import { ownClientMembers } from '../../../client/members.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import { findMark } from '../../../foreign/mark.ts';
import { attach } from '../../../seams/attach.ts';
import type { Family } from '../../../seams/family.ts';
import { connector, isConnector } from '../connector/family.ts';
import { isSender, type Sender, tie } from './requests.ts';

interface Client {
  readonly apiClient: Sender;
  readonly live: object & { readonly music?: object };
}

/** `GoogleGenAI`: its parts send all their requests by one `apiClient`, which does not know it. */
export const client: Family<Client> = {
  sdk: 'google-genai',
  name: 'client',
  required: ['constructor'],
  prototypeOf(instance) {
    const { apiClient, live } = instance as Partial<Client>;
    if (!isSender(apiClient) || !isConnector(live)) return undefined;
    const prototypes: object[] = [];
    for (let at = Object.getPrototypeOf(instance); at !== null; at = Object.getPrototypeOf(at)) prototypes.push(at);
    // The one below that of all objects.
    return prototypes.at(-2);
  },
  connectionsBehind: ({ live }) => connectorsOf(live),
  addressesOf: ({ apiClient }) => [apiClient.getWebsocketBaseUrl()],

  seams: (prototype, self) => {
    const members = {
      ...ownClientMembers(),
      apiClient: onAssigned('apiClient', (client: Client, sender: unknown) => {
        if (isSender(sender)) tie(client, sender);
      }),
      // An overlay finds these classes by `connectionsBehind()`, the load hook here.
      live: onAssigned('live', (_client: Client, live: Client['live']) => {
        for (const part of connectorsOf(live)) if (findMark(part) === undefined) attach(part, [connector], self);
      }),
    };
    return {
      patches: [{ object: prototype, name: 'the client', members }],
      adopt: (client) => tie(client, client.apiClient),
    };
  },
};

const connectorsOf = (live: Client['live'] | undefined) => [live, live?.music].filter(isConnector);
