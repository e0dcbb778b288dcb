import { setMember } from '../../../foreign/members.ts';
import type { ConversationSocket, FactorySocket } from './shapes.ts';

/** Gives a socket of the app's own factory the members by which all kinds of sockets are watched. */
export function watchable(socket: FactorySocket): ConversationSocket {
  if (!('addEventListener' in socket)) {
    const value = (type: string, listener: (event: object) => void) => {
      socket.on(type, (...args: unknown[]) => listener(eventOf(type, args)));
    };
    setMember(socket, 'addEventListener', { value, writable: true });
  }
  return socket as ConversationSocket;
}

function eventOf(type: string, [first, second]: unknown[]): object {
  if (type === 'close') return { code: first, reason: second };
  return type === 'error' ? { error: first } : {};
}
