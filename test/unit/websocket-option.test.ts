/** A client that has no use for the option `WebSocket` refuses it. */

import * as legacy from 'deepgram-4.11.3';
import * as deepgram from 'deepgram-5.13.0';
import OpenAI from 'openai-7.59.0';
import { expect, test } from 'vitest';
import { overlay as overlayDeepgram } from '../../overlays/deepgram/index.ts';
import { overlay as overlayOpenAI } from '../../overlays/openai/index.ts';

const WebSocket = class {} as never;

test.each([
  ['OpenAI', () => new OpenAI({ apiKey: 'test' }), overlayOpenAI],
  ['Deepgram 5.x', () => new deepgram.DeepgramClient({ apiKey: 'test' }), overlayDeepgram],
  ['Deepgram 4.x', () => legacy.createClient('test'), overlayDeepgram],
] as const)('overlay() of a client of %s refuses the option WebSocket, and changes nothing', (_, make, overlay) => {
  const client: object = make();
  expect(() => overlay(client, { WebSocket })).toThrow(expect.objectContaining({ code: 'ERR_PATCH_WEBSOCKET' }));
  expect('disconnect' in client).toBe(false);
});
