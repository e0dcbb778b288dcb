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

const beforeOthers = 'Put "--import hangup/register" before what loads it (Node begins with what is --required)';
/** The remedy of `late` for an SDK that has patches on disk. */
export const beforeOthersOrOnDisk = `${beforeOthers}, or run "npx hangup apply" to patch the files`;

const refusals = {
  foreign: ['ERR_PATCH_FOREIGN', 'Delete that package and install it again'],
  unsupported: ['ERR_PATCH_UNSUPPORTED', 'Install one of these versions, or a newer hangup'],
  late: ['ERR_PATCH_LATE', beforeOthers],
} as const;

/** The reasons for which a file is loaded as it is. */
export type Refused = keyof typeof refusals;

/**
 * @param what the thing that is wrong
 * @param remedy the next thing to do. Default: that of the state
 */
export function refusal(state: Refused, what: string, why: string, remedy: string = refusals[state][1]): PatchError {
  const next = `${remedy}, or set HANGUP_ON_UNPATCHED=warn to run without the patch`;
  return new PatchError(refusals[state][0], what, why, next);
}
