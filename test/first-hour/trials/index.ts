import { bundles } from './bundles.ts';
import { fastify } from './fastify.ts';
import { loadHook } from './load-hook.ts';
import { npm } from './npm.ts';
import { production } from './production.ts';
import type { Trial } from './trial.ts';
import { typescript } from './typescript.ts';
import { unitTests } from './unit-tests.ts';
import { updates } from './updates.ts';
import { workspace } from './workspace.ts';
import { yarn } from './yarn.ts';

export const trials: readonly Trial[] = [
  npm,
  typescript,
  workspace,
  yarn,
  loadHook,
  fastify,
  bundles,
  production,
  updates,
  unitTests,
];
