import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { supportedVersions, targets } from '../../overlays/cartesia/targets.ts';

/**
 * How hangup reaches the SDK: not at all, at run time, on disk, or both of these at once. `upstream` is none of it: the SDK
 * as it would be with `patches/upstream/` in its own source.
 */
export type Delivery = 'bare' | 'overlay' | 'patched' | 'both' | 'upstream';
export type Format = 'cjs' | 'esm';

export interface Cell {
  version: string;
  delivery: Delivery;
  format: Format;
}

export const versions = supportedVersions.filter((version) =>
  targets.some(({ className, versions }) => className === 'TTSWS' && versions.includes(version)),
);
export const formats: readonly Format[] = ['cjs', 'esm'];
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where globalSetup puts the patched copies of this run. */
export const patchedFolderVariable = 'HANGUP_TEST_PATCHED';
/** The run's own folder, which is removed after it: the programs that the contract's drivers drive, and what tests put there. */
export const runFolderVariable = 'HANGUP_TEST_FOLDER';
/** Where test/upstream puts the SDK that it has built. */
export const upstreamFolderVariable = 'HANGUP_TEST_UPSTREAM';
/** Where it puts the overlay as one plain module, so that a child process need not start a TypeScript loader. */
export const overlayBundleVariable = 'HANGUP_TEST_OVERLAY';

/** An event as the SDK hands it out; only what the tests look at. */
export interface VoiceEvent {
  type: string;
  context_id?: string;
  audio?: Uint8Array;
  message?: string;
}

export interface Context {
  readonly contextId: string;
  push(options: { transcript: string; flush?: boolean }): Promise<void>;
  no_more_inputs(): Promise<void>;
  send(request: { transcript: string; continue?: boolean }): Promise<void>;
  flush(): Promise<void>;
  receive(options?: { timeout?: number }): AsyncGenerator<VoiceEvent>;
  generate(request: { transcript: string }): AsyncGenerator<VoiceEvent>;
  cancel(): Promise<void>;
}

/** A TTSWS instance: the SDK's own members, and those that hangup adds, which the bare SDK lacks. */
export interface VoiceSocket extends Disconnectable {
  readonly socket: WebSocket;
  send(event: object): Promise<void>;
  generate(request: object, options?: { timeout?: number }): AsyncGenerator<VoiceEvent>;
  cancelContext(contextId: string): Promise<void>;
  context(options: object): Context;
  close(props?: { code: number; reason: string }): Promise<void> | void;
  connect(): Promise<VoiceSocket>;
  on(event: string, listener: (event: VoiceEvent) => void): VoiceSocket;
  off(event: string, listener: (event: VoiceEvent) => void): VoiceSocket;
}

export interface Client {
  tts: { websocket(options?: object): Promise<VoiceSocket> };
}

export interface Sdk {
  Cartesia: new (options: { baseURL: string; apiKey: string; maxRetries?: number }) => Client;
  TTSWS: { new (client: Client, options?: object): VoiceSocket; prototype: object };
}

const require = createRequire(import.meta.url);
const loaded = new Map<string, Promise<Sdk>>();

/** The SDK of one cell. Same cell, same classes. */
export function loadSdk(cell: Cell): Promise<Sdk> {
  const key = `${cell.version} ${cell.delivery} ${cell.format}`;
  let sdk = loaded.get(key);
  if (sdk === undefined) {
    sdk = load(cell);
    loaded.set(key, sdk);
  }
  return sdk;
}

async function load({ version, delivery, format }: Cell): Promise<Sdk> {
  const sdk = await loadFrom(packageOf({ version, delivery }), format);
  if (isOverlaid(delivery)) {
    const { overlay } = await import('../../overlays/cartesia/index.ts');
    overlay(sdk.TTSWS);
  }
  return sdk;
}

async function loadFrom(folder: string, format: Format): Promise<Sdk> {
  const load = (file: string): Promise<unknown> =>
    format === 'cjs'
      ? Promise.resolve(require(join(folder, `${file}.js`)))
      : import(/* @vite-ignore */ pathToFileURL(join(folder, `${file}.mjs`)).href);
  const { Cartesia } = (await load('index')) as Pick<Sdk, 'Cartesia'>;
  const { TTSWS } = (await load('resources/tts/ws')) as Pick<Sdk, 'TTSWS'>;
  return { Cartesia, TTSWS };
}

const references = new Map<string, Sdk>();

/** A second, untouched copy of the bare CJS build, to compare with in a process where the first one is overlaid. */
export function loadReference(version: string): Sdk {
  const known = references.get(version);
  if (known !== undefined) return known;
  const folder = barePackage(version);
  const ofPackage = Object.keys(require.cache).filter((file) => file.startsWith(folder));
  const kept = ofPackage.map((file) => [file, require.cache[file]] as const);
  for (const file of ofPackage) delete require.cache[file];
  try {
    const sdk = {
      ...(require(join(folder, 'index.js')) as Pick<Sdk, 'Cartesia'>),
      ...(require(join(folder, 'resources/tts/ws.js')) as Pick<Sdk, 'TTSWS'>),
    };
    references.set(version, sdk);
    return sdk;
  } finally {
    for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
    for (const [file, module] of kept) require.cache[file] = module;
  }
}

/** The SDK's folder in a cell. */
export function packageOf({ version, delivery }: Pick<Cell, 'version' | 'delivery'>): string {
  if (delivery === 'patched' || delivery === 'both') return patchedPackage(version);
  if (delivery !== 'upstream') return barePackage(version);
  const folder = process.env[upstreamFolderVariable];
  if (folder === undefined) throw new Error(`${upstreamFolderVariable} is not set: test/upstream builds it`);
  return folder;
}

/** The columns that have to keep the whole contract. */
export function isHangup(delivery: Delivery): boolean {
  return delivery !== 'bare' && delivery !== 'upstream';
}

export function isOverlaid(delivery: Delivery): boolean {
  return delivery === 'overlay' || delivery === 'both';
}

export function barePackage(version: string): string {
  return join(root, 'node_modules', `cartesia-${version}`);
}

export function patchedPackage(version: string, folder = process.env[patchedFolderVariable]): string {
  if (folder === undefined) throw new Error(`${patchedFolderVariable} is not set: patched copies are made by vitest`);
  return join(folder, version, 'node_modules', '@cartesia', 'cartesia-js');
}
