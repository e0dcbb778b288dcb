// The `process` that Next.js puts into its edge runtime: its functions throw when they are called, and all else is not there.
const real = process;
// The package ws needs `nextTick`, which no edge runtime has.
const own = { env: process.env, stdout: process.stdout, nextTick: process.nextTick };
globalThis.process = new Proxy(own, {
  get(target, name) {
    if (name in target || typeof real[name] !== 'function') return target[name];
    return () => {
      throw new Error(`A Node.js API is used (process.${String(name)}) which is not supported in the Edge Runtime.`);
    };
  },
});
