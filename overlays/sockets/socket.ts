/** The members that all kinds of WebSocket have: `ws`, Node's and the browser's own one, and the reconnecting wrappers. */
export interface SocketLike {
  readonly readyState: number;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: never) => void): void;
  removeEventListener(type: string, listener: (event: never) => void): void;
}

/** Why and how a socket was lost, as its close event says. */
export interface SocketEnd {
  /** RFC 6455 close code. */
  code?: number | undefined;
  /** `ws` gives bytes; they become text when somebody is told. */
  reason?: { toString(): string } | undefined;
}

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;
