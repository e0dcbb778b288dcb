import { byEntries, byName } from './delivery.ts';
import type { Draft, Place } from './draft.ts';
import type { Delivery, Manager } from './manager.ts';

const inPackageJson: Place = { file: 'package.json', path: ['pnpm', 'patchedDependencies'] };
const inWorkspace: Place = { file: 'pnpm-workspace.yaml', path: ['patchedDependencies'] };

/** pnpm fails by itself when it cannot apply a patch, so no script has to look. */
const delivery = (range: string, placeOf: (draft: Draft) => Place): Delivery => ({
  range,
  linksToStore: true,
  plan: (installed, draft) => byEntries(pnpm, placeOf(draft), installed, byName),
});

export const pnpm: Manager = {
  name: 'pnpm',
  exec: 'pnpm',
  saveProd: 'pnpm add --save-prod hangup',
  lockfiles: ['pnpm-lock.yaml'],
  workspaceFile: 'pnpm-workspace.yaml',
  fileName: (name, version) => `${name.replace('/', '__')}@${version}.patch`,
  places: [inPackageJson, inWorkspace],
  deliveries: [
    delivery('>=9.0.0-0 <10.5.0', () => inPackageJson),
    // pnpm 10 reads the workspace file only when package.json has no patches.
    delivery('>=10.5.0 <11.0.0-0', (draft) => (draft.entries(inPackageJson).size > 0 ? inPackageJson : inWorkspace)),
    delivery('>=11.0.0-0 <13.0.0-0', () => inWorkspace),
  ],
};
