/** The SDK's own limit of a request, in ms, where neither the app nor the client names one. */
export const defaultTimeout = 240_000;
