import { byEntries, byName, patchedDependencies } from './delivery.ts';
import type { Manager } from './manager.ts';

export const bun: Manager = {
  name: 'bun',
  exec: 'bunx',
  saveProd: 'bun remove hangup && bun add hangup',
  lockfiles: ['bun.lock', 'bun.lockb'],
  fileName: (name, version) => `${name.replace('/', '%2F')}@${version}.patch`,
  places: [patchedDependencies],
  deliveries: [
    {
      // Older ones make the new folder of a patch in the project, and not in the SDK: then each install fails.
      range: '>=1.4.0-0 <2.0.0-0',
      linksToStore: true,
      // After an update of the SDK, Bun drops the patch in silence.
      plan: (installed) => byEntries(bun, patchedDependencies, installed, byName, ['postinstall']),
    },
  ],
};
