/** The overlay of one SDK never takes a class of another one, though one generator has made both. */
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { overlay as overlayAgents } from '../../overlays/agents-realtime/index.ts';
import { overlay as overlayAssemblyAI } from '../../overlays/assemblyai/index.ts';
import { overlay as overlayCartesia } from '../../overlays/cartesia/index.ts';
import { overlay as overlayDeepgram } from '../../overlays/deepgram/index.ts';
import { overlay as overlayElevenLabs } from '../../overlays/elevenlabs/index.ts';
import { findMark } from '../../overlays/foreign/mark.ts';
import { overlay as overlayGoogleGenAI } from '../../overlays/google-genai/index.ts';
import { overlay as overlayOpenAI } from '../../overlays/openai/index.ts';
import { overlay as overlaySpeechmatics } from '../../overlays/speechmatics/index.ts';

const require = createRequire(import.meta.url);
type Class = new (options: object) => object;
const load = (file: string, name: string) => (require(file) as Record<string, Class>)[name]!;

const OpenAI = load('openai-6.49.0', 'OpenAI');
const Cartesia = load('cartesia-4.2.0', 'Cartesia');
const ofOpenAI: Record<string, object> = {
  'the class of clients': OpenAI,
  'a client': new OpenAI({ apiKey: 'k' }),
  'a client of 4.x': new (load('openai-4.97.0', 'OpenAI'))({ apiKey: 'k' }),
  ResponsesWS: load('openai-6.49.0/resources/responses/ws', 'ResponsesWS'),
  OpenAIRealtimeWS: load('openai-7.59.0/realtime/ws', 'OpenAIRealtimeWS'),
};
const ofCartesia: Record<string, object> = {
  'a client': new Cartesia({ apiKey: 'k' }),
  AutoFinalizeWS: load('cartesia-4.2.0/resources/stt/auto-finalize/ws', 'AutoFinalizeWS'),
  TTSWS: load('cartesia-4.2.0/resources/tts/ws', 'TTSWS'),
};
const ofAssemblyAI: Record<string, object> = {
  'a client': new (load('assemblyai-4.41.5', 'AssemblyAI'))({ apiKey: 'k' }),
  StreamingTranscriber: load('assemblyai-4.41.5', 'StreamingTranscriber'),
  RealtimeTranscriber: load('assemblyai-4.13.2', 'RealtimeTranscriber'),
  'StreamingTranscriber of assemblyai/streaming': load('assemblyai-4.38.0/streaming', 'StreamingTranscriber'),
};
const ofAgents: Record<string, object> = {
  OpenAIRealtimeWebSocket: load('agents-realtime-0.20.0', 'OpenAIRealtimeWebSocket'),
  'a session': new (load('agents-realtime-0.8.0', 'RealtimeSession'))({}),
};
const ofElevenLabs: Record<string, object> = {
  'a client': new (load('elevenlabs-2.73.0', 'ElevenLabsClient'))({ apiKey: 'k' }),
  RealtimeConnection: load('elevenlabs-2.73.0', 'RealtimeConnection'),
  Conversation: load('elevenlabs-2.73.0/api/resources/conversationalAi/conversation', 'Conversation'),
};
const DeepgramClient = load('deepgram-5.13.0', 'DeepgramClient');
const ofDeepgram: Record<string, object> = {
  'a client': new DeepgramClient({ apiKey: 'k' }),
  'the class of clients': DeepgramClient,
  ListenLiveClient: load('deepgram-4.11.3', 'ListenLiveClient'),
};
const ofGoogleGenAI: Record<string, object> = {
  'a client': new (load('google-genai-3.3.0', 'GoogleGenAI'))({ apiKey: 'k' }),
  'a client of 0.x': new (load('google-genai-0.7.0', 'GoogleGenAI'))({ apiKey: 'k' }),
  Session: load('google-genai-3.3.0', 'Session'),
};
const ofSpeechmatics: Record<string, object> = {
  RealtimeClient: load('speechmatics-8.5.1', 'RealtimeClient'),
  'a client of 8.2': new (load('speechmatics-8.2.0', 'RealtimeClient'))({}),
};
const refused = expect.objectContaining({
  code: 'ERR_PATCH_TARGET',
  message: expect.stringContaining('Hand in a client'),
});

test.each(Object.entries(ofOpenAI))('hangup/cartesia refuses %s of OpenAI', (_name, target) => {
  expect(() => overlayCartesia(target)).toThrow(refused);
  overlayOpenAI(target).undo();
});

test.each(Object.entries(ofCartesia))('hangup/openai refuses %s of Cartesia', (_name, target) => {
  expect(() => overlayOpenAI(target)).toThrow(refused);
  overlayCartesia(target).undo();
});

test.each(Object.entries({ ...ofCartesia, ...ofOpenAI }))(
  'hangup/assemblyai refuses %s of another SDK',
  (_name, target) => {
    expect(() => overlayAssemblyAI(target)).toThrow(refused);
  },
);

test.each(Object.entries({ ...ofCartesia, ...ofOpenAI, ...ofAssemblyAI }))(
  'hangup/deepgram refuses %s of another SDK',
  (_name, target) => {
    expect(() => overlayDeepgram(target)).toThrow(refused);
  },
);

test.each(Object.entries(ofDeepgram))('the other overlays refuse %s of Deepgram', (_name, target) => {
  for (const overlay of [overlayCartesia, overlayOpenAI, overlayAssemblyAI])
    expect(() => overlay(target)).toThrow(refused);
  overlayDeepgram(target).undo();
});

test.each(Object.entries(ofAssemblyAI))('the other overlays refuse %s of AssemblyAI', (_name, target) => {
  expect(() => overlayCartesia(target)).toThrow(refused);
  expect(() => overlayOpenAI(target)).toThrow(refused);
  overlayAssemblyAI(target).undo();
});

test.each(Object.entries(ofAgents))("the other overlays refuse %s of OpenAI's agents", (_name, target) => {
  for (const other of [overlayCartesia, overlayOpenAI, overlayAssemblyAI]) expect(() => other(target)).toThrow(refused);
  overlayAgents(target).undo();
});

test.each(Object.entries({ ...ofCartesia, ...ofOpenAI, ...ofAssemblyAI }))(
  'hangup/agents-realtime refuses %s of another SDK',
  (_name, target) => {
    expect(() => overlayAgents(target)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_TARGET' }));
  },
);

test('hangup/agents-realtime refuses what leads to no transport that it knows', () => {
  const { RealtimeSession, OpenAIRealtimeWebRTC } = require('agents-realtime-0.20.0') as Record<string, Class>;
  const session = new (RealtimeSession as unknown as new (...args: object[]) => object)({}, { transport: {} });
  for (const target of [OpenAIRealtimeWebRTC!, RealtimeSession!, session]) {
    expect(() => overlayAgents(target)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_TARGET' }));
  }
  expect(findMark(RealtimeSession!.prototype)).toBeUndefined();
});

test.each(Object.entries({ ...ofCartesia, ...ofOpenAI, ...ofAssemblyAI }))(
  'hangup/elevenlabs refuses %s of another SDK',
  (_name, target) => {
    expect(() => overlayElevenLabs(target)).toThrow(refused);
  },
);

test.each(Object.entries(ofElevenLabs))('the other overlays refuse %s of ElevenLabs', (_name, target) => {
  for (const overlay of [overlayCartesia, overlayOpenAI, overlayAssemblyAI, overlayGoogleGenAI])
    expect(() => overlay(target)).toThrow(refused);
  overlayElevenLabs(target).undo();
});

test.each(Object.entries({ ...ofCartesia, ...ofOpenAI, ...ofAssemblyAI }))(
  'hangup/google-genai refuses %s of another SDK',
  (_name, target) => {
    expect(() => overlayGoogleGenAI(target)).toThrow(refused);
  },
);

test.each(Object.entries(ofGoogleGenAI))('the other overlays refuse %s of Google GenAI', (_name, target) => {
  for (const overlay of [overlayCartesia, overlayOpenAI, overlayAssemblyAI]) {
    expect(() => overlay(target)).toThrow(refused);
  }
  overlayGoogleGenAI(target).undo();
});

const ofOthers = { ...ofCartesia, ...ofOpenAI, ...ofAssemblyAI, ...ofDeepgram, ...ofElevenLabs, ...ofGoogleGenAI };
test.each(Object.entries(ofOthers))('hangup/speechmatics refuses %s of another SDK', (_name, target) => {
  expect(() => overlaySpeechmatics(target)).toThrow(refused);
});

test.each(Object.entries(ofSpeechmatics))('the other overlays refuse %s of Speechmatics', (_name, target) => {
  for (const overlay of [
    overlayCartesia,
    overlayOpenAI,
    overlayAssemblyAI,
    overlayDeepgram,
    overlayElevenLabs,
    overlayGoogleGenAI,
  ])
    expect(() => overlay(target)).toThrow(refused);
  overlaySpeechmatics(target).undo();
});

test('hangup/openai refuses the class for browsers, whose socket nobody can destroy', () => {
  const Class = load('openai-7.59.0/realtime/websocket', 'OpenAIRealtimeWebSocket');
  expect(() => overlayOpenAI(Class)).toThrow(refused);
});

test('a mark names the SDK: families of two SDKs may have one name', () => {
  const overlays = [overlayOpenAI(OpenAI), overlayCartesia(new Cartesia({ apiKey: 'k' }))];
  expect([OpenAI, Cartesia].map((Class) => findMark(Class.prototype)?.family)).toEqual([
    'openai/client',
    'cartesia/client',
  ]);
  for (const { undo } of overlays) undo();
});
