import { byEntries, byScripts, patchedDependencies } from './delivery.ts';
import { events, type Installed, type Manager } from './manager.ts';

/** npm knows an aliased package by its folder's name. */
const byFolder = ({ folders, version }: Installed) => [...folders].map((name) => `${name}@${version}`);

export const npm: Manager = {
  name: 'npm',
  exec: 'npx',
  saveProd: 'npm install --save-prod hangup',
  lockfiles: ['npm-shrinkwrap.json', 'package-lock.json'],
  versionIn: (lockfile) => (/^\s*"lockfileVersion": ?4,?$/m.test(lockfile.slice(0, 500)) ? '12.0.0' : undefined),
  fileName: (name, version) => `${name.replace('/', '+')}+${version}.patch`,
  places: [patchedDependencies],
  deliveries: [
    { range: '>=10.0.0-0 <12.0.0-0', plan: () => byScripts(events) },
    {
      range: '>=12.0.0-0 <13.0.0-0',
      // An older npm that installs this lockfile ignores the patches in silence.
      plan: (installed) => byEntries(npm, patchedDependencies, installed, byFolder, events),
    },
  ],
};
