/** SHA-256, in hex. `node:crypto` is loaded at the first call, because loading it takes 5 ms. */
export const sha256 = (bytes: Uint8Array | string): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', bytes);

/** CRC-32. Node has it 3 ms sooner than SHA-256; it tells what was changed by mistake, not what was changed with intent. */
export const crc32 = (bytes: Uint8Array): number => process.getBuiltinModule('node:zlib').crc32(bytes);
