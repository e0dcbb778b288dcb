/** SHA-256, in hex. `node:crypto` is loaded at the first call, because loading it takes 5 ms. */
export const sha256 = (bytes: Uint8Array | string): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', bytes);

const isBigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/**
 * A checksum of 32 bits, mixed as in MurmurHash2. It tells what was changed by mistake, not what was changed with intent. An app waits
 * while the load hook takes it: Node would need 2 ms to load the module that has CRC-32.
 */
export function checksum(bytes: Uint8Array): number {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  if (isBigEndian) padded.swap32();
  const words = new Int32Array(padded.buffer, padded.byteOffset, padded.length / 4);
  let hash = 0;
  for (let index = 0; index < words.length; index++) {
    hash = Math.imul(hash ^ words[index]!, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  // The padding must not count as bytes of the file.
  return (hash ^ bytes.length) >>> 0;
}
