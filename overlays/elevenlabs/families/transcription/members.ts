import { clientKey } from '../../../../core/symbols.ts';
import { takeLastClient } from '../../../client/last-client.ts';
import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import { type Members, setMember } from '../../../foreign/members.ts';
import { discard } from '../../../sockets/destroy.ts';
import type { TranscriptionConnection } from './connection.ts';
import type { Ffmpeg, Transcription, TranscriptionSocket } from './shapes.ts';

type Connections = Registry<Transcription, TranscriptionConnection>;

/** The members that go onto `RealtimeConnection.prototype`. @param sdk the class's own members */
export function transcriptionMembers(sdk: Transcription, registry: Connections): Members {
  const of = (ws: Transcription) => registry.connectionOf(ws);

  const members: Partial<Transcription> & ThisType<Transcription> = {
    send(data) {
      of(this).admit('send()');
      sdk.send.call(this, data);
      of(this).onSent(data);
    },

    commit() {
      of(this).admit('commit()');
      sdk.commit.call(this);
      of(this).onCommit();
    },

    close() {
      return of(this).closeWith();
    },

    setFfmpegProcess(process) {
      sdk.setFfmpegProcess.call(this, process);
      // It was started for a connection that has ended meanwhile.
      if (!of(this).connected) this.cleanup();
    },

    cleanup() {
      const { ffmpegProcess } = this;
      sdk.cleanup.call(this);
      if (ffmpegProcess) silence(ffmpegProcess);
    },
  };
  return {
    ...connectionMembers(registry, 'websocket'),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    websocket: onAssigned('websocket', (ws: Transcription, socket: TranscriptionSocket | null) =>
      take(ws, socket, registry),
    ),
  };
}

/** The SDK would send its last audio on a connection that is gone, and throw where nobody catches: in a listener of a stream. */
function silence({ stdout }: Ffmpeg): void {
  // The SDK listens to it in the tick in which it has started the process.
  queueMicrotask(() => {
    for (const event of ['data', 'end']) stdout?.removeAllListeners(event);
  });
}

/** The constructor assigns `null`, in the tick in which the client is asked for a connection. The socket comes later. */
function take(ws: Transcription, socket: TranscriptionSocket | null, registry: Connections): void {
  if (socket === null) {
    const client = takeLastClient('elevenlabs');
    if (client !== undefined) setMember(ws, clientKey, { value: client });
    return;
  }
  try {
    registry.opening(ws, 'connect()').connection.attach(socket, registry.optionsOf(ws));
  } catch (error) {
    discard(socket);
    throw error;
  }
}
