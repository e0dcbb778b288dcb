// An engine without Web Crypto.
Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
