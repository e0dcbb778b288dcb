export type { Behaviour, Fault, Greeting } from './behaviour.ts';
export { type FakeProviderOptions, fakeProvider } from './fake-provider.ts';
export type { Seen, SeenConnection, VoiceProvider } from './voice-provider.ts';
export { startVoiceServer, type VoiceServer, type VoiceServerOptions } from './voice-server.ts';
