import type { Sdk } from '../sdk.ts';
import { kinds } from './kinds.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export const speechmatics: Sdk = {
  name: 'speechmatics',
  packageName,
  license: 'MIT',
  reason: ['It has no patch on disk.'],
  lastUpdate: '2026-11-30',
  isByShape: true,
  environment: /^SPEECHMATICS_/,
  kinds,
  targets,
};
