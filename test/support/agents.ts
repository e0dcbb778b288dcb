import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agentsRealtime } from '../../overlays/agents-realtime/sdk.ts';
import { barePackage, root } from './sdk.ts';

/** The packages that this SDK needs, those of its own dependencies too. A version may bring some of them itself. */
const needed = ['@openai/agents-core', '@standard-schema/spec', 'openai', 'zod', 'debug', 'ms'];
const forMcp = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/client'];

/** Installs a version of OpenAI's agents. @param modules a `node_modules` folder @returns the folder of the SDK */
export function installAgents(version: string, modules: string): string {
  const sdk = join(modules, agentsRealtime.packageName);
  cpSync(barePackage(version, agentsRealtime), sdk, { recursive: true });
  for (const name of [...needed, ...forMcp]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  return sdk;
}
