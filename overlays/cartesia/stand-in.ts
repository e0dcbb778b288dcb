import { StandIn } from '../stainless/stand-in.ts';
import { packageName } from './package-name.ts';

/** The headers that the CommonJS build sends, in place of the parameters that the SDK gives to browsers. */
export const standIn = new StandIn(packageName, (take) => {
  const version = take('cartesia_version');
  const client = take('cartesia_client');
  const apiKey = take('api_key');
  const token = take('access_token') ?? apiKey;
  return {
    'cartesia-version': version,
    'user-agent': client,
    'x-cartesia-client': client,
    authorization: token === null ? null : `Bearer ${token}`,
  };
});
