import { ownClientMembers } from '../../../client/members.ts';
import { addressesIn } from '../../../fern/addresses.ts';
import { inheritedBy, tiePart } from '../../../fern/nested-resources.ts';
import type { Members } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { defaultTimeout } from '../../limits.ts';
import { connectionOf, tieScribe } from './scribe.ts';

const options = { timeout: defaultTimeout, onPart: tieScribe };

/** `ElevenLabsClient`: each of its parts is an accessor of its class. */
export const client: Family = {
  sdk: 'elevenlabs',
  name: 'client',
  required: ['speechToText', 'textToSpeech', 'conversationalAi', 'voices'],
  connectionsBehind(client) {
    const connection = connectionOf(client);
    return connection === undefined ? [] : [connection];
  },

  addressesOf: (client) => addressesIn(client, 'https://api.elevenlabs.io'),

  seams(prototype) {
    const getters = Object.entries(inheritedBy(Object.create(prototype))).filter(([, { get }]) => get !== undefined);
    const parts: Members = {};
    for (const [name, { get }] of getters) {
      parts[name] = {
        get() {
          return tiePart(this, get!.call(this), options);
        },
      };
    }
    return {
      patches: [{ object: prototype, name: 'the client', members: { ...ownClientMembers(), ...parts } }],
      adopt(client) {
        for (const [name] of getters) void (client as Record<string, unknown>)[name];
      },
    };
  },
};
