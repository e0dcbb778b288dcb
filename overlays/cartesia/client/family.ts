import { type Family, type Patch, snapshot } from '../../install.ts';
import { catchInstance, withGlobal } from '../../overlay.ts';
import { type EventStreamResource, resourceMembers } from '../event-stream/seam.ts';
import { clientMembers } from './members.ts';
import { type RequestingClient, requestMembers } from './requests.ts';

interface CartesiaClient extends RequestingClient {
  tts: { websocket(): unknown };
  stt?: Partial<Record<SttName, EventStreamResource>>;
}

/** The STT resources with sockets, as properties of the client; 3.2 and later have them. */
const sttNames = ['autoFinalize', 'manualFinalize'] as const;
type SttName = (typeof sttNames)[number];

/** `Cartesia` of 3.x and 4.x. */
export const client: Family<CartesiaClient> = {
  name: 'client',
  required: ['fetchWithTimeout', 'makeRequest', 'retryRequest'],

  connectionsBehind: ({ tts, stt }) => {
    const resources = sttNames.map((name) => stt?.[name]).filter((resource) => resource !== undefined);
    return [
      catchInstance('_contextQueues', () => tts.websocket()),
      ...resources.map((resource) => catchInstance('_isReconnecting', () => openUnseen(resource))),
    ].filter((ws) => ws !== undefined);
  },

  seams: (prototype, self) => {
    const members = { ...clientMembers(), ...requestMembers(snapshot(prototype)) };
    return { patches: [{ object: prototype, name: 'the client', members }, ...resourcePatches(prototype, self)] };
  },
};

/** The ESM build makes none of its connections on a Node without a global WebSocket. */
const openUnseen = (resource: EventStreamResource) =>
  typeof WebSocket === 'undefined'
    ? withGlobal('WebSocket', class {}, () => resource.websocket())
    : resource.websocket();

/** The classes of the STT resources, which the SDK keeps on the client's class. */
function resourcePatches(prototype: object, self: string | undefined): Patch[] {
  const { STT } = prototype.constructor as { STT?: Record<string, { prototype: EventStreamResource } | undefined> };
  const classes = [STT?.AutoFinalize, STT?.ManualFinalize].filter((Class) => Class !== undefined);
  return classes.map(({ prototype: object }) => ({
    object,
    name: 'websocket()',
    members: resourceMembers(snapshot(object), self),
  }));
}
