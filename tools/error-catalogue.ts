import type { ErrorCode } from '../core/error-codes.ts';

/** The part of hangup that users get an error from. `init` has other reasons than the rest of the commands. */
export type Origin = 'command' | 'init' | 'register' | 'assertPatched' | 'overlay' | 'app';

interface Explanation {
  /** The reason, in plain sentences. */
  cause: string;
  /** The next thing to do. */
  remedy: string;
}

/** Explains every error code, for the documents. A code without an explanation does not compile. */
export const catalogue: Readonly<Record<ErrorCode, Partial<Record<Origin, Explanation>>>> = {
  ERR_PATCH_USAGE: {
    command: {
      cause:
        'The command, an option or an argument is unknown, or the folder (of `--dir`) is no project and no directory.',
      remedy: '`npx hangup --help`',
    },
    init: {
      cause: 'The package manager of the project is not clear, or hangup does not know its version.',
      remedy: '`npx hangup init --manager npm@<version>`, with the version that installs the project',
    },
    register: {
      cause:
        '`HANGUP_ON_UNPATCHED` is neither `error` nor `warn`, or the app was started with `--require` on a Node that runs the hooks in a thread.',
      remedy: '`node --import hangup/register app.js`',
    },
  },
  ERR_PATCH_NO_SDK: {
    command: {
      cause:
        'The Cartesia SDK is not installed in the project, and Node resolves none from its folder. Other SDKs have no patch on disk: the command does not see them.',
      remedy:
        '`npm ci`, then `npx hangup apply --dir <project>`. For another SDK, see [SDKs without a patch on disk](#sdks-without-a-patch-on-disk)',
    },
  },
  ERR_PATCH_UNSUPPORTED: {
    command: {
      cause: 'A copy has a version without a patch. No copy was changed.',
      remedy: 'Install a version that the message names, or `npm install hangup@latest`',
    },
    register: {
      cause: 'The app loads a version without a patch.',
      remedy: 'Install a version that the message names, or `npm install hangup@latest`',
    },
  },
  ERR_PATCH_FOREIGN: {
    command: {
      cause:
        'A file is neither the published nor the patched one: somebody edited it, another tool patched it, it is a link, or its patch file has CRLF line ends. The message says which. No copy was changed.',
      remedy:
        'Delete the folder that the message names, then `npm ci && npx hangup apply`. For CRLF line ends, `npx hangup init --yes` first',
    },
    init: {
      cause:
        'The project has a key, a resolution or a patch file for the same package that hangup did not write. Nothing was written.',
      remedy: 'Remove it, then `npx hangup init`',
    },
    register: {
      cause: 'A file that the app loads is neither the published nor the patched one.',
      remedy: 'Delete the folder of the copy that the message names, then `npm ci`',
    },
    assertPatched: {
      cause:
        "The class carries hangup's mark, but one of its methods is not hangup's: other code has replaced the method or forged the mark.",
      remedy:
        'Find the code that replaces the method, or delete the folder of the SDK, then `npm ci && npx hangup apply`',
    },
  },
  ERR_PATCH_CONFIG: {
    init: {
      cause:
        'hangup does not understand `package.json`, `pnpm-workspace.yaml` or `yarn.lock`, cannot append its command to a script, or is not in `dependencies`. Nothing was written.',
      remedy: 'Do what the message says, then `npx hangup init`',
    },
  },
  ERR_PATCH_ARCHIVE: {
    command: {
      cause:
        "A copy in an archive of Yarn Plug'n'Play is not patched (with `--revert`: is patched). hangup cannot write into archives.",
      remedy: '`yarn hangup init` (with `--revert`: `yarn hangup init --remove`), then `yarn install`',
    },
  },
  ERR_PATCH_SHARED: {
    command: {
      cause:
        "A copy in a store that other projects use too (pnpm's `enableGlobalVirtualStore`, a global installation) is not patched (with `--revert`: is patched). No copy was changed.",
      remedy: '`pnpm hangup init` (with `--revert`: `pnpm hangup init --remove`), then `pnpm install`',
    },
  },
  ERR_PATCH_IO: {
    command: {
      cause:
        'A file or folder cannot be read or written: permissions, a full disk or a read-only one. The message says whether any file was changed.',
      remedy: 'Do what the message says, then `npx hangup apply`',
    },
  },
  ERR_PATCH_INSTALL: {
    command: {
      cause: "hangup's own patches are missing or damaged, or `verify()` runs in a bundle.",
      remedy: 'Delete the folder of hangup in `node_modules`, then `npm ci`. Leave hangup out of the bundle',
    },
    register: {
      cause: "hangup's own patches are missing, damaged or bundled.",
      remedy: 'Delete the folder of hangup in `node_modules`, then `npm ci`. Leave hangup out of the bundle',
    },
  },
  ERR_PATCH_PROBE: {
    command: {
      cause:
        'A copy behaves unlike its files. Its files are those of a patched copy, and it does not behave as patched or cannot be loaded; or its files are as published, and it behaves as patched.',
      remedy:
        'Delete the folders of hangup and of the copy, then `npm ci && npx hangup verify --probe`. If that changes nothing, look for a loader in `NODE_OPTIONS`',
    },
  },
  ERR_PATCH_LATE: {
    register: {
      cause:
        'The SDK was loaded before `hangup/register`. `verify()` also reports an SDK that the hooks did not see, because another loader answered, or because `require()` loaded an ES module on an old Node.',
      remedy:
        '`node --import hangup/register app.js`, before other `--import`s. For Cartesia, you can also run `npx hangup apply`',
    },
  },
  ERR_PATCH_MISSING: {
    assertPatched: {
      cause: 'The class that the process has loaded is not patched.',
      remedy:
        'Call `overlay()` before the first connection, or start with `node --import hangup/register app.js`. For Cartesia, you can also run `npx hangup apply`. For a bundle: `rm -rf node_modules/.vite node_modules/.cache .next/cache`, then build it again',
    },
  },
  ERR_PATCH_TARGET: {
    overlay: {
      cause: 'The target is no client, class or connection of the SDK, or the classes of its version look different.',
      remedy: 'Hand in the client: `overlay(client)`',
    },
  },
  ERR_PATCH_SUBCLASS: {
    overlay: {
      cause: 'A subclass or the instance overrides a method that hangup has to replace.',
      remedy: "Overlay the SDK's class, and wrap its connections in place of overriding their methods",
    },
  },
  ERR_PATCH_FROZEN: {
    overlay: {
      cause: 'The class is frozen or sealed.',
      remedy: 'Call `overlay()` before the code that freezes the class',
    },
  },
  ERR_PATCH_WEBSOCKET: {
    overlay: {
      cause:
        'The SDK does not take the option `WebSocket`, it is another copy of `ws` than the one that the SDK has loaded, or it was given in a browser.',
      remedy: '`npm ls ws`, then `npm dedupe`; or leave the option out',
    },
  },
  ERR_STREAM_ENDED: {
    app: {
      cause: '`StreamEndedError`: the provider or the network ended a stream before its last message.',
      remedy: 'Look at `closeCode`, `closeReason` and `cause`, then open a new connection',
    },
  },
  ERR_DISCONNECTED: {
    app: {
      cause: '`DisconnectedError`: the call came after the connection or its client was disconnected.',
      remedy: 'Open a new connection, or a new client',
    },
  },
  ERR_CONNECT_TIMEOUT: {
    app: {
      cause: '`ConnectTimeoutError`: the WebSocket handshake took longer than its limit.',
      remedy: 'Try again, or raise `connectTimeout`',
    },
  },
  ERR_RECEIVE_TIMEOUT: {
    app: {
      cause:
        '`ReceiveTimeoutError`: the connection is open, but nothing came within the limit: that of the call, or 60 s for `createResponse()` and `setVoice()`.',
      remedy: 'Try again, or raise the limit',
    },
  },
  ERR_CONNECT: {
    app: {
      cause:
        'The WebSocket handshake failed, and the error has no code of its own. `status` is the HTTP status, if there is one. It is the error of the socket with this code, or a `HangupError`.',
      remedy: 'Check the network, the address and the API key',
    },
  },
  ERR_HEARTBEAT: {
    app: {
      cause: '`HangupError`, as the `cause` of a `StreamEndedError`: no pong came within the limit of the heartbeat.',
      remedy: 'Open a new connection',
    },
  },
  ERR_TCP_NOT_FOUND: {
    app: {
      cause:
        '`HangupError`, as the `error` of the step `force` in a report: the TCP connection of a native WebSocket was not found, and may keep the process alive.',
      remedy: 'Let the SDK use `ws`, or end the process',
    },
  },
  ERR_SCOPE_CLOSED: {
    app: {
      cause:
        '`ScopeClosedError`: a task, session or member came after the end of its scope, session or store had begun.',
      remedy: 'Start nothing new then: the `signal` of the scope or the shutdown says that the end has begun',
    },
  },
  ERR_AGENT_SPAWN: {
    app: {
      cause: '`AgentError`: there is no such command, or it cannot be started.',
      remedy: 'Look at the command, its rights and its folder',
    },
  },
  ERR_AGENT_EXISTS: {
    app: {
      cause: '`AgentError`: an agent with this id has not ended.',
      remedy: 'Take another id, or end that agent first',
    },
  },
  ERR_AGENT_STORE: {
    app: {
      cause:
        '`AgentError`: the store does not answer or cannot be written. The process that was started for the call is gone.',
      remedy: 'Look at Redis, or at the folder of the store and its disk',
    },
  },
  ERR_AGENT_NOT_READY: {
    app: {
      cause: '`AgentError`: the agent exited, or its time was over, before it said that it was ready.',
      remedy: 'Look at its output with `onLine`, or set `ready` and `readyTimeout`',
    },
  },
  ERR_AGENT_ENDED: {
    app: {
      cause: '`AgentError`: the agent was ended while it started.',
      remedy: 'Nothing: somebody wanted that end',
    },
  },
  ERR_AGENT_HOST: {
    app: {
      cause: '`AgentError`: the host of the agent does not answer.',
      remedy: 'Look whether that host runs; its successor ends what is left',
    },
  },
  ERR_AGENT_PLATFORM: {
    app: {
      cause: '`HangupError`: `AgentRegistry` was made on a system without `/proc`.',
      remedy: 'Run it on Linux, or in a container',
    },
  },
  ERR_VOICE_LOCKED: {
    app: {
      cause: '`VoiceLockedError`: the voice of an OpenAI Realtime session is fixed once the assistant has spoken.',
      remedy: 'Go on with the voice that the session has, or open a new session',
    },
  },
  ERR_PROVIDER: {
    app: {
      cause:
        '`HangupError`: the provider has refused a request, and its error has no code; or it has sent a message that the SDK cannot read.',
      remedy: 'Look at the message, which is that of the provider, or at the `cause`',
    },
  },
};
