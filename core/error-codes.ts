// The one list of error codes and exit codes. The type of `PatchError`'s code, the exit codes and `--help` derive from it.
// tools/error-catalogue.ts explains every code for APPLY.md, apart from this list so that no command has to load the text.

/** The exit codes of every command. */
export const exitCodes = { ok: 0, notPatched: 1, usage: 2, unsupported: 3, foreign: 4, noSdk: 5 } as const;

/** The meaning of each exit code, and the next thing to do. */
export const exits: Readonly<Record<keyof typeof exitCodes, { meaning: string; remedy: string }>> = {
  ok: { meaning: 'every copy is patched; with --revert: every copy is as published', remedy: '–' },
  notPatched: {
    meaning:
      'a copy is not patched or behaves unlike its files, a file cannot be read or written, or init has changes to write or cannot make them',
    remedy: 'The next step that the message names, such as `npx hangup apply` or `npx hangup init --yes`',
  },
  usage: {
    meaning: 'the command, an option or the folder is wrong, or init cannot tell the package manager',
    remedy: '`npx hangup --help`',
  },
  unsupported: {
    meaning: 'a version of an SDK has no patch',
    remedy: 'Install a supported version, or a newer hangup',
  },
  foreign: {
    meaning: 'a file was changed by somebody else',
    remedy: 'Delete the folder of that package, then `npm ci`',
  },
  noSdk: {
    meaning: 'no SDK with a patch on disk (Cartesia) is installed',
    remedy: '`npm ci`, or name the project with `--dir`',
  },
};

/** Every error code, and the exit code of a command that ends with it. */
export const errorCodes = {
  ERR_PATCH_USAGE: exitCodes.usage,
  ERR_PATCH_NO_SDK: exitCodes.noSdk,
  ERR_PATCH_UNSUPPORTED: exitCodes.unsupported,
  ERR_PATCH_FOREIGN: exitCodes.foreign,
  ERR_PATCH_CONFIG: exitCodes.notPatched,
  ERR_PATCH_ARCHIVE: exitCodes.notPatched,
  ERR_PATCH_SHARED: exitCodes.notPatched,
  ERR_PATCH_IO: exitCodes.notPatched,
  ERR_PATCH_INSTALL: exitCodes.notPatched,
  ERR_PATCH_PROBE: exitCodes.notPatched,
  ERR_PATCH_LATE: exitCodes.notPatched,
  // The calls in an app throw the errors below. No command ends with one of them.
  ERR_PATCH_MISSING: undefined,
  ERR_PATCH_TARGET: undefined,
  ERR_PATCH_SUBCLASS: undefined,
  ERR_PATCH_FROZEN: undefined,
  ERR_PATCH_WEBSOCKET: undefined,
  ERR_STREAM_ENDED: undefined,
  ERR_DISCONNECTED: undefined,
  ERR_CONNECT_TIMEOUT: undefined,
  ERR_RECEIVE_TIMEOUT: undefined,
  ERR_CONNECT: undefined,
  ERR_HEARTBEAT: undefined,
  ERR_TCP_NOT_FOUND: undefined,
  ERR_SCOPE_CLOSED: undefined,
  ERR_AGENT_SPAWN: undefined,
  ERR_AGENT_EXISTS: undefined,
  ERR_AGENT_STORE: undefined,
  ERR_AGENT_NOT_READY: undefined,
  ERR_AGENT_ENDED: undefined,
  ERR_AGENT_HOST: undefined,
  ERR_AGENT_PLATFORM: undefined,
  ERR_VOICE_LOCKED: undefined,
  ERR_PROVIDER: undefined,
} as const;

export type ErrorCode = keyof typeof errorCodes;
/** The codes of a `PatchError`. */
export type PatchErrorCode = Extract<ErrorCode, `ERR_PATCH_${string}`>;
