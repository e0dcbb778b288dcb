import { setMember } from '../../../foreign/members.ts';

/** The assistant was heard on the open socket. It is a member of the connection itself, because each event looks there. */
export const spokenKey = Symbol('hangup.spoken');

export function noteSpoken(ws: object, value: boolean): void {
  try {
    setMember(ws, spokenKey, { value, writable: true });
  } catch {
    // The object is frozen: each event asks the session.
  }
}
