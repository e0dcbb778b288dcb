import type { Sdk } from '../sdk.ts';
import { kinds } from './kinds.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export const cartesia: Sdk = {
  name: 'cartesia',
  packageName,
  license: 'Apache-2.0',
  reason: [
    'The published client has no call that surely ends a connection: a close can wait for ever, a receive loop can end',
    'without a word, and a late cancel() dials again. This adds disconnect(force), connected and Symbol.asyncDispose.',
  ],
  lastUpdate: '2026-11-28',
  environment: /^CARTESIA_/,
  kinds,
  targets,
};
