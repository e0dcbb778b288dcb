// Compiled, never run: the types of hangup/google-genai, on the SDK's own types of its newest version.

import { GoogleGenAI, Session } from 'google-genai-3.3.0';
import type { DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/google-genai/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function client(): Promise<void> {
  const { target, undo } = overlay(new GoogleGenAI({ apiKey: 'k' }), { timeout: 500 });
  // The SDK's own declarations stay as they were.
  const callbacks = { onmessage: ({ text }: { text?: string | undefined }) => void text?.length };
  const session = await target.live.connect({ model: 'm', callbacks });
  session.sendClientContent({ turns: 'hello' });
  const own: Session = session;
  const report = await session.close();
  same<typeof report, DisconnectReport>(true);
  same<typeof session.connected, boolean>(true);
  await using music = await target.live.music.connect({ model: 'm', callbacks: { onmessage() {} } });
  music.play();
  const { members } = await target.disconnect({ drain: 100 });
  void [own, members, target.connections, target.models.list];
  undo();
}

export async function classes(live: Session): Promise<void> {
  const { target: Class } = overlay(Session);
  const made: Session = new Class(live.conn, {} as never);
  await overlay(live).target.disconnect();
  void made;
  // @ts-expect-error an option that does not exist
  overlay(Session, { tiemout: 5 });
}
