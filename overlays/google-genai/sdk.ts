import type { Sdk } from '../sdk.ts';
import { kinds } from './kinds.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export const googleGenai: Sdk = {
  name: 'google-genai',
  packageName,
  license: 'Apache-2.0',
  reason: ['It has no patch on disk.'],
  lastUpdate: '2026-11-30',
  isByShape: true,
  environment: /^(GOOGLE|GEMINI)_/,
  kinds,
  targets,
};
