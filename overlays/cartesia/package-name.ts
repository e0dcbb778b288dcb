/** Apart from `sdk.ts`: the runtime in the patches must not change with every version that is added to its targets. */
export const packageName = '@cartesia/cartesia-js';
