import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { googleGenai as sdk } from '../../../overlays/google-genai/sdk.ts';
import { packageOf } from '../../support/sdk.ts';
import { type GenAISdk, makeClient } from '../drivers/live.ts';
import { asIs, type Caller, type ClientDriver, drain } from './driver.ts';

const require = createRequire(import.meta.url);

/** `GoogleGenAI`. It retries nothing, unless the app asks for it. */
export const googleGenai: ClientDriver = {
  sdk: 'google-genai',
  className: 'GoogleGenAI',
  family: 'client',
  readsStatus: true,
  retries: false,
  tls: true,
  async load({ version, delivery, format }) {
    const ending = version === '0.7.0' ? 'js' : format === 'cjs' ? 'cjs' : 'mjs';
    const path = join(packageOf({ sdk, version, delivery }), `dist/node/index.${ending}`);
    const module = format === 'cjs' ? require(path) : await import(/* @vite-ignore */ pathToFileURL(path).href);
    return (baseUrl, { wrap = asIs } = {}) => {
      const client = wrap(makeClient(module as GenAISdk, { delivery }, baseUrl));
      const contents = 'hello';
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: () => client.files.get({ name: 'files/a-file' }),
          sse: async () => drain(await client.models.generateContentStream({ model: 'a-model', contents })),
          list: () => client.models.generateContent({ model: 'a-model', contents }),
        },
        connect: async () => client.live.connect({ model: 'a-model', callbacks: { onmessage() {} } }),
      };
    };
  },
};
