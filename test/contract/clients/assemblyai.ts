import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../../overlays/assemblyai/index.ts';
import { assemblyai as sdk } from '../../../overlays/assemblyai/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { parametersFor } from '../drivers/transcriber.ts';
import { apiKey } from '../stage.ts';
import { asIs, type Caller, type ClientDriver } from './driver.ts';

interface Client {
  transcripts: { get(id: string): Promise<unknown>; subtitles(id: string): Promise<unknown> };
  realtime: { transcriber(params: object): { connect(): Promise<unknown> } };
  files: { upload(data: Uint8Array): Promise<unknown> };
}
type ClientClass = new (options: { baseUrl: string; apiKey: string }) => Client;

const require = createRequire(import.meta.url);

/** `AssemblyAI`. It has no event streams, and retries nothing. */
export const assemblyai: ClientDriver = {
  sdk: 'assemblyai',
  className: 'AssemblyAI',
  family: 'client',
  readsStatus: true,
  retries: false,
  tls: true,
  async load({ version, delivery, format }) {
    const path = join(packageOf({ sdk, version, delivery }), `dist/node.${format === 'cjs' ? 'cjs' : 'mjs'}`);
    const module = format === 'cjs' ? require(path) : await import(/* @vite-ignore */ pathToFileURL(path).href);
    const { AssemblyAI } = module as { AssemblyAI: ClientClass };
    return (baseUrl, { wrap = asIs } = {}) => {
      const made = new AssemblyAI({ baseUrl, apiKey });
      if (isOverlaid(delivery)) overlay(made);
      const client = wrap(made);
      const { files, transcripts } = client;
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: () => transcripts.subtitles('a-transcript'),
          sse: () => files.upload(new Uint8Array(64)),
          list: () => transcripts.get('a-transcript'),
        },
        connect: async (server) => client.realtime.transcriber(parametersFor(server)).connect(),
      };
    };
  },
};
