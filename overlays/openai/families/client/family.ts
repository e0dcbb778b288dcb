import { noteClient } from '../../../client/last-client.ts';
import { ownClientMembers } from '../../../client/members.ts';
import { keep, kept } from '../../../foreign/keep.ts';
import { type Members, setMember, snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { type RequestingClient, requestMembers } from '../../../stainless/requests.ts';

interface OpenAIClient extends RequestingClient {
  baseURL: string;
}

/** `OpenAI` and `AzureOpenAI`. In 4.x the members are those of their base, `APIClient`. */
export const client: Family<OpenAIClient> = {
  sdk: 'openai',
  name: 'client',
  required: ['fetchWithTimeout', 'makeRequest', 'retryRequest'],
  addressesOf: ({ baseURL }) => [baseURL],
  isOwn: (_prototype, target) => 'OpenAI' in (typeof target === 'function' ? target : target.constructor),

  seams: (prototype) => {
    const members = { ...ownClientMembers(), ...requestMembers(snapshot(prototype)), ...baseUrlMembers() };
    return {
      patches: [{ object: prototype, name: 'the client', members }],
      adopt(client) {
        const isNew = Object.getOwnPropertyDescriptor(client, 'baseURL')?.get === undefined;
        watchBaseUrl(client);
        return isNew;
      },
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the SDK loads ws by itself', 'Leave the option out');
      },
    };
  },
};

/** Takes the base URL that the constructor of a client assigns. */
function baseUrlMembers(): Members {
  return {
    baseURL: {
      get: () => undefined,
      set(this: OpenAIClient, value: string) {
        watchBaseUrl(this, value);
      },
    },
  };
}

/** A client keeps its base URL under this key. It is a name: some proxies of apps hide symbols, and some copies have none. */
const baseUrlKey = 'hangup.baseURL';
const baseUrlOf = (client: object) => kept<{ readonly client: OpenAIClient; value: string }>(client, baseUrlKey)!;

/** Clients share it: V8 makes objects slow whose members of the same name have other functions. */
const baseUrl: PropertyDescriptor = {
  get(this: OpenAIClient) {
    const { client, value } = baseUrlOf(this);
    noteClient('openai', client);
    return value;
  },
  set(this: OpenAIClient, value: string) {
    baseUrlOf(this).value = value;
  },
  enumerable: true,
};

/** Notes each time that the base URL of a client is read. */
function watchBaseUrl(client: OpenAIClient, value = client.baseURL): void {
  setMember(client, 'baseURL', baseUrl);
  keep(client, baseUrlKey, { client, value });
}
