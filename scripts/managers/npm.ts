import { byEntries, byScripts, patchedDependencies } from './delivery.ts';
import type { Draft } from './draft.ts';
import { events, type Installed, type Manager } from './manager.ts';
import { ownCommandIn } from './script-text.ts';

/** npm knows an aliased package by its folder's name. */
const byFolder = ({ folders, version }: Installed) => [...folders].map((name) => `${name}@${version}`);

/** True when `init` has set the project up for npm 10 or 11. */
const isPatchedByScript = (draft: Draft): boolean =>
  ownCommandIn(String(draft.member(['scripts', 'postinstall']) ?? '')) === 'hangup apply';

export const npm: Manager = {
  name: 'npm',
  exec: 'npx',
  saveProd: 'npm install --save-prod hangup',
  lockfiles: ['npm-shrinkwrap.json', 'package-lock.json'],
  versionIn: (lockfile) => (/^\s*"lockfileVersion": ?4,?$/m.test(lockfile.slice(0, 500)) ? '12.0.0' : undefined),
  fileName: (name, version) => `${name.replace('/', '+')}+${version}.patch`,
  places: [patchedDependencies],
  deliveries: [
    { range: '>=10.0.0-0 <12.0.0-0', isForNewer: true, plan: () => byScripts(events) },
    {
      range: '>=12.0.0-0 <13.0.0-0',
      // An older npm ignores the patches in silence. The scripts for it work with this npm too, so they stay.
      plan: (installed, draft, isAsked) =>
        !isAsked && isPatchedByScript(draft)
          ? byScripts(events)
          : byEntries(npm, patchedDependencies, installed, byFolder, events),
    },
  ],
};
