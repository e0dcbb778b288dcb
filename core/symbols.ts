// Symbols of `Symbol.for()` are shared by every copy of hangup in a process: a patch on disk, the load hook, an overlay.

/** Key of a patched prototype's `Mark`, by which each delivery recognises the work of the others. */
export const marker: unique symbol = Symbol.for('hangup.patched') as never;

/** Key under which a connection keeps its client, in SDKs whose connections have no reference to it. */
export const clientKey: unique symbol = Symbol.for('hangup.client') as never;

/** Key under which a client keeps the state of its end. The name carries the version of the state's shape. */
export const stateKey: unique symbol = Symbol.for('hangup.state@1') as never;

/** Key under which a class, a client or a connection keeps the options of `overlay()`. */
export const optionsKey: unique symbol = Symbol.for('hangup.options@1') as never;

/** Key of `globalThis` under which the load hook of a thread keeps the list of the files that it met. */
export const loadHook: unique symbol = Symbol.for('hangup.register') as never;
