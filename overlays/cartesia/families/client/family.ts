import { ownClientMembers } from '../../../client/members.ts';
import { catchInstance, withGlobal } from '../../../foreign/globals.ts';
import { type Members, snapshot } from '../../../foreign/members.ts';
import type { Family, Patch } from '../../../seams/family.ts';
import { type EventStreamResource, resourceMembers } from '../../../stainless/event-stream/members.ts';
import { type RequestingClient, requestMembers } from '../../../stainless/requests.ts';
import { standIn } from '../../stand-in.ts';

/** `client.tts`. */
interface SpeechResource {
  websocket(...args: unknown[]): unknown;
}

interface CartesiaClient extends RequestingClient {
  readonly baseURL: unknown;
  tts: SpeechResource;
  stt?: Partial<Record<SttName, EventStreamResource>>;
}

/** The STT resources with sockets, as properties of the client; 3.2 and later have them. */
const sttNames = ['autoFinalize', 'manualFinalize'] as const;
type SttName = (typeof sttNames)[number];

/** `Cartesia` of 3.x and 4.x. */
export const client: Family<CartesiaClient> = {
  sdk: 'cartesia',
  name: 'client',
  required: ['fetchWithTimeout', 'makeRequest', 'retryRequest'],
  isOwn: (prototype) => 'TTS' in prototype.constructor,
  addressesOf: ({ baseURL }) => [baseURL],

  connectionsBehind: ({ tts, stt }) => {
    const resources = sttNames.map((name) => stt?.[name]).filter((resource) => resource !== undefined);
    return [
      catchInstance('_contextQueues', () => tts.websocket()),
      ...resources.map((resource) => catchInstance('_isReconnecting', () => openUnseen(resource))),
    ].filter((ws) => ws !== undefined);
  },

  seams: (prototype, self) => {
    const members = { ...ownClientMembers(), ...requestMembers(snapshot(prototype)) };
    return { patches: [{ object: prototype, name: 'the client', members }, ...resourcePatches(prototype, self)] };
  },
};

/** The ESM build makes none of its connections on a Node without a global WebSocket. */
const openUnseen = (resource: EventStreamResource) =>
  typeof WebSocket === 'undefined'
    ? withGlobal('WebSocket', class {}, () => resource.websocket())
    : resource.websocket();

/** The classes of the resources with sockets, which the SDK keeps on the client's class. */
function resourcePatches(prototype: object, self: string | undefined): Patch[] {
  const { TTS, STT } = prototype.constructor as {
    TTS?: { prototype: SpeechResource };
    STT?: Record<string, { prototype: EventStreamResource } | undefined>;
  };
  const name = 'websocket()';
  const speech = TTS && { object: TTS.prototype, name, members: speechMembers(snapshot(TTS.prototype)) };
  const transcription = [STT?.AutoFinalize, STT?.ManualFinalize].filter((Class) => Class !== undefined);
  return [
    ...(speech === undefined ? [] : [speech]),
    ...transcription.map(({ prototype: object }) => ({
      object,
      name,
      members: resourceMembers(snapshot(object), standIn, self),
    })),
  ];
}

/** From 3.1 on `websocket()` is typed as a promise, but throws when the constructor of the connection throws. */
function speechMembers(sdk: SpeechResource): Members {
  const members: SpeechResource & ThisType<SpeechResource> = {
    async websocket(...args) {
      return sdk.websocket.apply(this, args);
    },
  };
  return Object.getOwnPropertyDescriptors(members) as unknown as Members;
}
