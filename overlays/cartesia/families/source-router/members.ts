import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import type { Members } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';
import type { SourceConnection } from './connection.ts';
import type { AudioSource, WebSocketWrapper } from './shapes.ts';
import { streamOf } from './source.ts';

/** The members that go onto `WebSocketWrapper.prototype`. */
export function wrapperMembers(registry: Registry<WebSocketWrapper, SourceConnection>): Members {
  const of = (ws: WebSocketWrapper) => registry.connectionOf(ws);

  const members: Partial<WebSocketWrapper> & ThisType<WebSocketWrapper> = {
    async connect() {
      return registry.opening(this).connection.connect();
    },

    handleMessage(frame) {
      const { isDeaf, streams } = of(this);
      if (!isDeaf) streams.receive(frame);
    },

    send(request) {
      return handled(of(this).send(request));
    },
  };
  return { ...connectionMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members) };
}

/** The members that go onto `AudioSource.prototype`. */
export function sourceMembers(sdk: AudioSource): Members {
  const members: Partial<AudioSource> & ThisType<AudioSource> = {
    read(out) {
      const stream = this.buffers.length > 0 ? undefined : streamOf(this);
      return stream === undefined ? sdk.read.call(this, out) : stream.read(out);
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
