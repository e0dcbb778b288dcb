// Compiled, never run: the types of the public surface, on the SDK's own types.

import {
  type ConnectTimeoutError,
  type Disconnectable,
  type DisconnectReport,
  HangupError,
  isStreamEnded,
  StreamEndedError,
} from '../../core/index.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { assertPatched, verify } from '../../scripts/verify.ts';
import Cartesia, { AutoFinalizeWS, TTSWS } from './sdk.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function client(): Promise<void> {
  const { target, undo } = overlay(new Cartesia(), { timeout: 500, heartbeat: { interval: 1000, timeout: 500 } });
  const ws = await target.tts.websocket();
  const report = await ws.disconnect(true);
  same<typeof report, DisconnectReport>(true);
  same<(typeof report)['outcome'], 'graceful' | 'forced'>(true);
  same<typeof ws.connected, boolean>(true);
  // The SDK's own declarations stay as they were.
  for await (const event of ws.context({ model_id: 'sonic-3' } as never).receive()) void event.type;
  await target.disconnect({ timeout: 100, drain: 50, signal: AbortSignal.abort() });
  const models: Cartesia = target;
  void models.voices;
  undo();
  // @ts-expect-error an option that does not exist
  overlay(new Cartesia(), { tiemout: 5 });
  // @ts-expect-error a budget is a number
  void ws.disconnect({ timeout: '5' });
  // @ts-expect-error read-only
  ws.connected = true;
}

export async function classAndInstance(socket: TTSWS): Promise<void> {
  const { target: Class } = overlay(TTSWS);
  const made = new Class(new Cartesia());
  void made.disconnect();
  const sdk: TTSWS = made;
  void sdk.url;

  class Louder extends Class {
    shout(): Promise<DisconnectReport> {
      return this.disconnect(true);
    }
  }
  void new Louder(new Cartesia()).shout();
  same<InstanceType<typeof Class>['connected'], boolean>(true);

  const { target } = overlay(socket);
  const report = await target.close({ code: 1000, reason: 'bye' });
  same<typeof report, DisconnectReport>(true);
  for await (const event of target.generate({} as never, { timeout: 100 })) void event.type;
  const disconnectable: Disconnectable = target;
  await using closing = disconnectable;
  void closing.connected;
}

export async function transcribing(socket: AutoFinalizeWS): Promise<void> {
  const { target: client } = overlay(new Cartesia());
  const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16000 } as const;
  const auto = client.stt.autoFinalize.websocket(parameters, {
    reconnect: { onReconnecting: () => ({ abort: true }) },
  });
  const manual = client.stt.manualFinalize.websocket(parameters);
  same<Awaited<ReturnType<typeof auto.disconnect>>, DisconnectReport>(true);
  const closed = await manual.close();
  same<typeof closed, DisconnectReport>(true);
  for await (const event of auto.stream()) if (event.type === 'message') void event.message.type;
  auto.on('turn.end', ({ transcript }) => void transcript.length).sendRaw(new Uint8Array(2));
  manual.send('finalize');
  // @ts-expect-error not a command
  manual.send('stop');

  const { target: Class } = overlay(AutoFinalizeWS);
  const made = new Class(new Cartesia(), parameters);
  const report = await made.close({ code: 1000, reason: 'bye' });
  same<typeof report, DisconnectReport>(true);
  await using closing = overlay(socket).target;
  void closing.connected;
}

export async function errors(error: unknown): Promise<void> {
  if (isStreamEnded(error)) same<typeof error.code, 'ERR_STREAM_ENDED'>(true);
  if (error instanceof StreamEndedError) {
    same<typeof error.closeCode, number | undefined>(true);
    same<typeof error.contextId, string | undefined>(true);
  }
  if (error instanceof HangupError) same<typeof error.code, string>(true);
  same<ConnectTimeoutError['timeout'], number>(true);
  assertPatched(TTSWS);
  const outcome = await verify({ dir: '.', probe: true });
  outcome.copies[0]?.probe?.[0]?.patched satisfies boolean | undefined;
  outcome.copies[0]?.delivery satisfies 'disk' | 'load hook' | 'none' | undefined;
  same<typeof outcome.ok, boolean>(true);
  // @ts-expect-error not a class
  assertPatched({});
}
