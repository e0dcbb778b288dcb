import { clientKey } from '../../../../core/symbols.ts';

/** The options of a client, or of one of its parts. */
export interface ClientOptions {
  [clientKey]?: () => object;
  /** The options of each kind of part, and those of all. */
  readonly [namespace: string]: { readonly websocket?: { readonly options?: { readonly url?: unknown } } } | undefined;
}

/** The client that these options come from. */
export function ownerIn(options: ClientOptions | undefined): object | undefined {
  return options?.[clientKey]?.();
}
