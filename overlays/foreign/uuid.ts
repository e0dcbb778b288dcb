type WebCrypto = Partial<Pick<typeof globalThis.crypto, 'randomUUID' | 'getRandomValues'>>;

/** A random UUID. A page on plain HTTP has no `crypto.randomUUID()`, and an old engine no `crypto`: then it follows the SDK. */
export function uuid(): string {
  const { crypto } = globalThis as { crypto?: WebCrypto };
  if (crypto?.randomUUID !== undefined) return crypto.randomUUID();
  const random = () => crypto?.getRandomValues?.(new Uint8Array(1))[0] ?? Math.floor(Math.random() * 256);
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
    (Number(digit) ^ (random() & (15 >> (Number(digit) / 4)))).toString(16),
  );
}
