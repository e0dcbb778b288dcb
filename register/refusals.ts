import { PatchError } from '../core/errors.ts';

/** `HANGUP_ON_UNPATCHED`: what to do about a copy that cannot be patched. Default `error`. */
export type Policy = 'error' | 'warn';

/** @throws {PatchError} `ERR_PATCH_USAGE` on any other value */
export function readPolicy(value: string | undefined): Policy {
  if (value === undefined || value === '' || value === 'error') return 'error';
  if (value === 'warn') return 'warn';
  throw new PatchError(
    'ERR_PATCH_USAGE',
    `HANGUP_ON_UNPATCHED=${value}`,
    'it is no policy',
    'Set it to error or to warn',
  );
}

const refusals = {
  foreign: ['ERR_PATCH_FOREIGN', 'Delete that package and install it again'],
  unsupported: ['ERR_PATCH_UNSUPPORTED', 'Install one of these versions, or a newer hangup'],
  late: [
    'ERR_PATCH_LATE',
    'Put "--import hangup/register" before what loads it (Node begins with what is --required), patch the files of the Cartesia SDK: "npx hangup apply"',
  ],
} as const;

/** The reasons for which a file is loaded as it is. */
export type Refused = keyof typeof refusals;

/** @param what the file, the package and its version */
export function refusal(state: Refused, what: string, why: string): PatchError {
  const [code, remedy] = refusals[state];
  const next = `${remedy}, or set HANGUP_ON_UNPATCHED=warn to run without the patch`;
  return new PatchError(code, `${what} cannot be patched while it is being loaded`, why, next);
}
