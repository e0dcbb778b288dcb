// A page on plain HTTP: `crypto` is there, and makes no UUIDs.
Object.defineProperty(globalThis.crypto, 'randomUUID', { value: undefined, configurable: true });
