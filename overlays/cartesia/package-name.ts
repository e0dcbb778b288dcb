/** Apart from `targets.ts`, so that the runtime in the patches does not change with every version that is added there. */
export const packageName = '@cartesia/cartesia-js';
