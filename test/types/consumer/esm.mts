// Compiled by npm run package against the packed tarball, never run: an ES module, or what a bundler takes.

import { Cartesia } from '@cartesia/cartesia-js';
import type { DisconnectReport, StreamEndedError } from 'hangup';
import { overlay } from 'hangup/cartesia';
import { connect, type PipecatConnection, PipecatRecvError } from 'hangup/pipecat';
import { ReceiveQueue, type Turn } from 'hangup/receive';
import { fakeProvider, startVoiceServer } from 'hangup/testing';
import type {} from 'hangup/types/cartesia';
import { assertPatched, verify } from 'hangup/verify';
import { overlay as bound } from 'hangup/ws';
import { WebSocket } from 'ws';
import 'hangup/register';

const { target: client } = overlay(new Cartesia({ apiKey: 'key' }), { timeout: 500 });
export const report: Promise<DisconnectReport> = client.disconnect(true);
export const code = (error: StreamEndedError): number | undefined => error.closeCode;
export const ok: Promise<boolean> = verify().then((outcome) => outcome.ok);
export const closed: Promise<void> = fakeProvider(
  { chunks: [new Uint8Array(2)] },
  { url: 'https://voice.test' },
).close();
export const ca: Promise<string> = startVoiceServer({ greeting: 'upgrade-401' }).then((server) => server.ca);
assertPatched(Cartesia);
const queue = new ReceiveQueue<Uint8Array>({ bound: 5, secrets: ['key'] });
export const turn: Promise<Turn<Uint8Array>> = queue.drain({ isLast: (item) => item.length === 0 });
type Members<T> = { [Name in keyof T]: T[Name] };
/** A stand-in for a queue, as a test of an app may make it. */
export const standIn = (members: Members<ReceiveQueue<string>>): ReceiveQueue<string> => members;
export const bot: Promise<PipecatConnection> = connect('ws://127.0.0.1/ws', { framing: 'protobuf' });
export const isRecv = (error: unknown): boolean => error instanceof PipecatRecvError && error.closeCode === 1000;
export const closeReason: string | undefined = queue.error?.closeReason;
// @ts-expect-error an option that does not exist
overlay(client, { tiemout: 500 });
export const ended: Promise<DisconnectReport> = bound(WebSocket, { servers: true }).disconnect(true);
export const connected: boolean = bound(new WebSocket('wss://voice.test')).target.connected;
