import { HangupError } from '../../../../core/errors.ts';
import { checkMs } from '../../../../core/options.ts';
import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import { keep, kept } from '../../../foreign/keep.ts';
import type { Members } from '../../../foreign/members.ts';
import { uuid } from '../../../foreign/uuid.ts';
import { lateCall } from '../../../late-call.ts';
import { handled } from '../../../seams/handled.ts';
import { openDestroyable } from '../../../sockets/native.ts';
import { CONNECTING, OPEN } from '../../../sockets/socket.ts';
import { standIn } from '../../stand-in.ts';
import type { RouterConnection } from './connection.ts';
import { ContextQueue, LoopMailbox } from './consumers.ts';
import type { ClientEvent, QueueEntry, ServerEvent, TTSWS, TTSWSContext } from './shapes.ts';

type RouterRegistry = Registry<TTSWS, RouterConnection>;

/**
 * The members that go onto `TTSWS.prototype`.
 *
 * @param sdk the SDK's own members. A member that does not call the SDK's one follows its text in `internal/lib/tts/ws.js`,
 *   which is the same in 3.1.0 to 4.2.0.
 */
export function ttswsMembers(sdk: TTSWS, registry: RouterRegistry, self: string | undefined): Members {
  const of = (ws: TTSWS) => registry.connectionOf(ws);

  const members: Partial<TTSWS> & ThisType<TTSWS> = {
    close(props) {
      return of(this).close(() => sdk.close.call(this, props));
    },

    async connect() {
      of(this).admit('connect()');
      return sdk.connect.call(this) as never;
    },

    _initSocket(options: TTSWS['_wsOptions']) {
      const { WebSocket } = registry.optionsOf(this);
      const { connection, isNew } = registry.opening(this);
      connection.admit('connect()');
      if (isNew) connection.streams.listen();
      openDestroyable(() => {
        standIn.open(options, WebSocket, self, () => sdk._initSocket.call(this, options));
        return this.socket;
      });
      connection.attach(registry.optionsOf(this));
    },

    /**
     * Follows the SDK's `_ensureConnected()`. Besides, it dials once for all sends that wait, keeps contexts that have not
     * begun yet, and never dials after the end.
     */
    async _ensureConnected() {
      const connection = of(this);
      connection.admit('send()');
      const { readyState } = this.socket;
      if (readyState === OPEN) return;
      if (readyState !== CONNECTING) {
        connection.beforeReconnect();
        this._initSocket(this._wsOptions);
      }
      await this._ready;
      connection.admit('send()');
    },

    send(event) {
      return handled(sendGuarded.call(this, event));
    },

    /** Follows the SDK's `generate()`, with a mailbox that can be ended as its queue. */
    async *generate(request, options) {
      const connection = of(this);
      connection.admit('generate()');
      const contextId = request.context_id ?? uuid();
      const timeout = options?.timeout === undefined ? undefined : checkMs('generate(): timeout', options.timeout);
      const mailbox = new LoopMailbox(contextId, timeout);
      const onEvent = (event: ServerEvent) => {
        if (typeof event !== 'object') return;
        // An error that names no context is not for every loop: see Streams.concernedBy().
        if ('context_id' in event ? event.context_id !== contextId : event.type === 'error') return;
        mailbox.deliver(event);
      };
      connection.streams.enter(mailbox);
      this.on('event', onEvent);
      try {
        await this.send({ ...request, context_id: contextId }).catch((error: unknown) => {
          // We dropped it while it waited for the handshake: that is no error for its reader.
          if (!mailbox.isDropped) throw error;
        });
        while (true) {
          const event = mailbox.shift();
          if (event !== undefined) {
            yield event;
            if (event.type === 'done') return;
            if (event.type === 'error')
              throw new Error(connection.faults.scrub(JSON.stringify(event), Number.POSITIVE_INFINITY));
          } else if (mailbox.isOver()) {
            return;
          } else {
            await mailbox.arrival();
          }
        }
      } finally {
        this.off('event', onEvent);
        connection.streams.leave(mailbox);
      }
    },

    context(options) {
      const context = sdk.context.call(this, options);
      const entry = this._contextQueues.get(context.contextId);
      if (entry !== undefined) keep(context, entryKey, entry);
      return context;
    },

    _registerContext(contextId) {
      // A loop of that id which has just ended would go on in the queue of the new context, for ever.
      if (of(this).ended) return;
      sdk._registerContext.call(this, contextId);
      this._contextQueues.set(contextId, new ContextQueue(this, contextId));
    },

    _unregisterContext(contextId) {
      if (of(this).streams.unregister(contextId)) sdk._unregisterContext.call(this, contextId);
    },

    _onError(event, message, cause) {
      const connection = of(this);
      const isKnown = connection.onError(event, message, cause);
      if (this._hasListener('error')) sdk._onError.call(this, event, message, cause);
      else if (!isKnown) connection.faults.warn(message ?? `the provider reports: ${JSON.stringify(event)}`);
    },
  };

  /** Follows the SDK's `send()`. Besides, a send while CONNECTING waits. */
  async function sendGuarded(this: TTSWS, event: ClientEvent): Promise<void> {
    const connection = of(this);
    const isCancel = event.cancel === true;
    if (!isCancel) connection.admit('send()');
    // It takes one tick, as with the SDK, so that the sends of one tick keep their order on the wire.
    if (isCancel || this.socket.readyState === OPEN) {
      connection.sends += 1;
      await undefined;
      connection.sends -= 1;
    } else if (!(await connection.whenOpen(event.context_id))) return;
    if (isCancel) return connection.cancel(event);
    try {
      connection.post(event, JSON.stringify(event));
    } catch (error) {
      if (error instanceof HangupError || !this._hasListener('error')) throw error;
      this._onError(null, 'could not send data', error);
    }
  }

  return { ...connectionMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members) };
}

/** Each context keeps the queue that it was made with under this key, because the SDK forgets the queue. */
const entryKey = Symbol('hangup.entry');

/** The members that go onto `TTSWSContext.prototype`. */
export function contextMembers(sdk: TTSWSContext, registry: RouterRegistry): Members {
  const queueOf = (context: TTSWSContext): ContextQueue | undefined => {
    const { contextId, _ws } = context;
    const entry = kept<QueueEntry>(context, entryKey) ?? _ws._contextQueues.get(contextId);
    return entry && registry.connectionOf(_ws).streams.queueOf(contextId, entry);
  };
  const guarded = (name: 'push' | 'send' | 'flush' | 'no_more_inputs') =>
    function (this: TTSWSContext, options?: unknown) {
      if (!registry.serves(this._ws)) return (sdk[name] as TTSWSContext['push']).call(this, options);
      const connection = registry.connectionOf(this._ws);
      // The SDK's method would name the call that it makes itself.
      if (connection.ended) return handled(Promise.reject(lateCall(connection.name, `${name}()`)));
      const cause = queueOf(this)?.cause;
      // The provider has forgotten everything that was sent before the cut.
      return handled(
        cause === undefined ? (sdk[name] as TTSWSContext['push']).call(this, options) : Promise.reject(cause),
      );
    };

  const members: Partial<TTSWSContext> & ThisType<TTSWSContext> = {
    push: guarded('push'),
    send: guarded('send'),
    flush: guarded('flush'),
    no_more_inputs: guarded('no_more_inputs'),

    /** The SDK's loop reads its time-out once, before anything else: that tells us of its beginning. */
    receive(options) {
      if (!registry.serves(this._ws)) return sdk.receive.call(this, options);
      const begin = () => {
        const connection = registry.connectionOf(this._ws);
        const { streams } = connection;
        // While the provider finishes, a loop may begin to read what it says.
        if (connection.isDeaf || !streams.isInFlight(this.contextId)) connection.admit('receive()');
        const queue = queueOf(this);
        queue?.restore();
        if (queue?.isRegistered) streams.enter(queue);
        // The SDK would read from a newer context that has taken the id.
        else if (queue?.cause !== undefined) throw queue.cause;
        return options?.timeout;
      };
      return sdk.receive.call(this, {
        get timeout() {
          return begin();
        },
      });
    },

    /** The SDK's method hands no options on: it gets a connection that adds them. */
    generate(request, options) {
      const ws = {
        generate: (event: ClientEvent) => this._ws.generate(event, options),
        _unregisterContext: (contextId: string) => this._ws._unregisterContext(contextId),
      };
      return sdk.generate.call(Object.create(this, { _ws: { value: ws } }), request);
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
