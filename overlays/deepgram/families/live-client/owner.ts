import { clientKey } from '../../../../core/symbols.ts';

/** The options of a client, or of one of its parts. */
export interface ClientOptions {
  [clientKey]?: () => object;
}

/** The client that these options come from. */
export function ownerIn(options: ClientOptions | undefined): object | undefined {
  return options?.[clientKey]?.();
}
