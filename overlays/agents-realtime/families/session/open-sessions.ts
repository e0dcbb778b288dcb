import { membersWithout } from '../../../connection/registry.ts';
import { type Members, replaceMembers } from '../../../foreign/members.ts';

/** Sessions whose transport has a socket that has not closed, and how the seams that they keep are taken off. */
const open = new Map<object, () => void>();
const nothing = () => {};

export function noteOpen(session: object | undefined): void {
  if (session !== undefined && !open.has(session)) open.set(session, nothing);
}

/** @param isEnded a session that was disconnected keeps its seams: its calls must not dial after all */
export function noteClosed(session: object | undefined, isEnded: boolean): void {
  if (session === undefined) return;
  if (!isEnded) open.get(session)?.();
  open.delete(session);
}

/** The seams are taken off the class of these sessions. Those that are open keep them. */
export function keepSeams(prototype: object, className: string, members: Members): void {
  for (const [session, restore] of open) {
    const isOfClass = Object.prototype.isPrototypeOf.call(prototype, session);
    // A session that is frozen cannot keep them, and goes on as the bare SDK's.
    if (!isOfClass || restore !== nothing || !Object.isExtensible(session)) continue;
    open.set(session, replaceMembers(session, className, membersWithout(session, members)));
  }
}
