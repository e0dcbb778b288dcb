import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { cartesia } from '../../overlays/cartesia/sdk.ts';
import { aliasOf, type Format, type Sdk as SdkUnderTest, targetsOf, versionsOf } from '../../overlays/sdk.ts';

export type { Format };

/**
 * How hangup reaches the SDK: not at all, at run time, on disk, or both of these at once. `upstream` is the SDK as it would be
 * with `patches/upstream/` in its own source, without hangup.
 */
export type Delivery = 'bare' | 'overlay' | 'patched' | 'both' | 'upstream';

export interface Cell {
  /** Default: Cartesia. */
  sdk?: SdkUnderTest;
  version: string;
  delivery: Delivery;
  format: Format;
}

/** Versions with `TTSWS`. */
export const versions = versionsOf(cartesia).filter((version) =>
  targetsOf(cartesia, version).some(({ className }) => className === 'TTSWS'),
);
export const formats: readonly Format[] = ['cjs', 'esm'];
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where globalSetup puts the patched copies of this run. */
export const patchedFolderVariable = 'HANGUP_TEST_PATCHED';
/** The run's own folder, which is removed after it. It holds the programs for the contract's drivers, and files of tests. */
export const runFolderVariable = 'HANGUP_TEST_FOLDER';
/** Where test/upstream puts the SDK that it has built. */
export const upstreamFolderVariable = 'HANGUP_TEST_UPSTREAM';
/** Where globalSetup puts Cartesia's overlay as one plain module. A child process then needs no TypeScript loader. */
export const overlayBundleVariable = 'HANGUP_TEST_OVERLAY';

/** An event as the SDK hands it out, as far as the tests look at it. */
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

export const sdkOfCell = ({ sdk = cartesia }: Pick<Cell, 'sdk'>): SdkUnderTest => sdk;

/** The SDK's folder in a cell. */
export function packageOf({ sdk, version, delivery }: Pick<Cell, 'sdk' | 'version' | 'delivery'>): string {
  if (delivery === 'patched' || delivery === 'both') return patchedPackage(version, undefined, sdk);
  if (delivery !== 'upstream') return barePackage(version, sdk);
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

/** A pinned version, as published. */
export function barePackage(version: string, sdk: SdkUnderTest = cartesia): string {
  return join(root, 'node_modules', aliasOf(sdk, version));
}

export function patchedPackage(
  version: string,
  folder = process.env[patchedFolderVariable],
  sdk: SdkUnderTest = cartesia,
): string {
  if (folder === undefined) throw new Error(`${patchedFolderVariable} is not set: patched copies are made by vitest`);
  return join(folder, aliasOf(sdk, version), 'node_modules', sdk.packageName);
}
