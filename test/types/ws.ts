// Compiled, never run: the types of hangup/ws.

import { WebSocket as PartySocket } from 'partysocket';
import { WebSocket } from 'ws';
import type { ConnectionStatus, DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/ws/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function sockets(socket: WebSocket): Promise<void> {
  const { target, undo } = overlay(socket, { timeout: 500, heartbeat: { interval: 1000, timeout: 1000 } });
  const report = await target.disconnect(true);
  same<typeof report, DisconnectReport>(true);
  same<typeof target.connected, boolean>(true);
  const bare: WebSocket = target;
  await using ended = overlay(new PartySocket('wss://voice.test')).target;
  ended.reconnect();
  void bare;
  undo();
  // @ts-expect-error a socket has no list of connections
  void target.connections;
}

export async function classes(): Promise<void> {
  await using guard = overlay(WebSocket, { servers: true });
  same<typeof guard.connections, readonly ConnectionStatus[]>(true);
  const socket: WebSocket = new guard.target('wss://voice.test');
  // @ts-expect-error a socket of a guarded class has no members of hangup
  void socket.disconnect;
  const { members } = await guard.disconnect({ timeout: 100 });
  void members;
  guard.undo();
  // @ts-expect-error an option that does not exist
  overlay(WebSocket, { tiemout: 5 });
  // @ts-expect-error the class is given as the target
  overlay(WebSocket, { WebSocket });
}
