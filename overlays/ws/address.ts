import type { GuardedSocket } from './shapes.ts';

const parsed = (url: unknown): URL | undefined =>
  typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;

/** The host of an address: all the rest of it may hold a key. */
export function hostOf(url: unknown): string | undefined {
  return parsed(url)?.host;
}

/** Headers that may hold a key: SDKs use names of their own, and one of them the list of protocols. */
const isSecret = (name: string): boolean =>
  /auth|key|token|protocol|cookie/i.test(name) && name !== 'sec-websocket-key';

/** Everything in the handshake of a socket that may be a key. */
export function secretsOf({ url, _req: request }: GuardedSocket): string[] {
  const address = parsed(url);
  const headers = (request?.getHeaderNames?.() ?? []).filter(isSecret).map((name) => String(request!.getHeader!(name)));
  const parts = headers.flatMap((value) => value.split(/[\s,;]+/));
  return [...(address?.searchParams.values() ?? []), address?.password ?? '', ...parts].filter(
    (part) => part.length > 7,
  );
}
