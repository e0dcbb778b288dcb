/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: 60198cca00e80ea47956286e0ef5e2505d25aa9f6ecc825fb1dab59a1332bc9a */
"use strict";

// core/errors.ts
var HangupError = class extends Error {
  // Spelt out, because minifiers rename classes.
  name = "HangupError";
  code;
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
};
var StreamEndedError = class extends HangupError {
  name = "StreamEndedError";
  closeCode;
  closeReason;
  contextId;
  phase;
  constructor(message, end = {}) {
    super("ERR_STREAM_ENDED", message, end.cause === void 0 ? void 0 : { cause: end.cause });
    this.closeCode = end.closeCode;
    this.closeReason = end.closeReason;
    this.contextId = end.contextId;
    this.phase = end.phase;
  }
};
var DisconnectedError = class extends HangupError {
  name = "DisconnectedError";
  /** @param what what was disconnected: a connection, by default */
  constructor(call, what = "connection") {
    super("ERR_DISCONNECTED", `${call}: this ${what} was disconnected; open a new ${what} to go on`);
  }
};
var ConnectTimeoutError = class extends HangupError {
  name = "ConnectTimeoutError";
  /** The limit, in ms. */
  timeout;
  constructor(timeout) {
    super("ERR_CONNECT_TIMEOUT", `the provider did not finish the WebSocket handshake within ${timeout} ms`);
    this.timeout = timeout;
  }
};
var ReceiveTimeoutError = class extends HangupError {
  name = "ReceiveTimeoutError";
  phase;
  /** The limit, in ms. */
  timeout;
  contextId;
  constructor(phase, timeout, contextId) {
    super("ERR_RECEIVE_TIMEOUT", `no message (${phase}) on context ${contextId ?? "(none)"} for ${timeout} ms`);
    this.phase = phase;
    this.timeout = timeout;
    this.contextId = contextId;
  }
};
var PatchError = class extends HangupError {
  name = "PatchError";
  constructor(code, what, why, next, options) {
    super(code, `${what}: ${why}. ${next}`, options);
  }
};

// overlays/overlay.ts
var marker = /* @__PURE__ */ Symbol.for("hangup.patched");
function replaceMembers(object, name, members) {
  const keys = Reflect.ownKeys(members);
  const before = new Map(keys.map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
  for (const [key, descriptor] of before) {
    const fixed = descriptor === void 0 ? !Object.isExtensible(object) : descriptor.configurable === false;
    if (!fixed) continue;
    throw new PatchError(
      "ERR_PATCH_FROZEN",
      `${name} cannot be overlaid`,
      `it is frozen or sealed, so ${String(key)} cannot be put in`,
      "Call overlay() before whatever freezes it"
    );
  }
  for (const key of keys) {
    Object.defineProperty(object, key, { ...members[key], configurable: true, enumerable: false });
  }
  return () => {
    for (const [key, descriptor] of before) {
      if (descriptor === void 0) Reflect.deleteProperty(object, key);
      else Object.defineProperty(object, key, descriptor);
    }
  };
}
function setMember(object, key, descriptor) {
  Object.defineProperty(object, key, { ...descriptor, configurable: true });
}
function findMark(prototype) {
  return prototype[marker];
}
function catchInstance(key, construct) {
  const stop = new Error("stop");
  let instance;
  const restore = replaceMembers(Object.prototype, "Object.prototype", {
    [key]: {
      set() {
        instance = this;
        throw stop;
      }
    }
  });
  try {
    construct();
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    restore();
  }
  return instance;
}
function withGlobal(key, value, action) {
  const restore = replaceMembers(globalThis, "globalThis", { [key]: { value, writable: true } });
  try {
    return action();
  } finally {
    restore();
  }
}

// overlays/version.ts
var version = "0.1.0";

// overlays/cartesia/targets.ts
var packageName = "@cartesia/cartesia-js";
var targets = [
  {
    family: "context-router",
    className: "TTSWS",
    versions: ["3.1.0", "3.2.0", "3.3.0", "3.4.0", "3.5.0", "3.5.1", "4.2.0"],
    importFrom: "@cartesia/cartesia-js/resources/tts/ws",
    module: "internal/lib/tts/ws",
    builds: ["js", "mjs"]
  }
];

// core/ladder.ts
var forceCap = 1e3;
var Ladder = class {
  #state = "open";
  #report;
  #forced = false;
  #stepsOver = false;
  #wakeForced = () => {
  };
  #whenForced = new Promise((resolve) => {
    this.#wakeForced = resolve;
  });
  #release = [];
  #rung;
  constructor(rung) {
    this.#rung = rung;
  }
  get state() {
    return this.#state;
  }
  /** Starts the end, or, when it has started already, only adds the limits of `budget` to it. */
  end(budget, steps) {
    if (this.#report !== void 0) {
      if (!this.#stepsOver) this.#limit(budget);
      return this.#report;
    }
    this.#state = "closing";
    let settled = () => {
    };
    this.#report = new Promise((resolve) => {
      settled = resolve;
    });
    this.#limit(budget);
    void this.#climb(steps).then(settled);
    return this.#report;
  }
  #limit({ force, timeout, signal }) {
    if (force || timeout === 0 || signal?.aborted) {
      this.#escalate();
      return;
    }
    const escalate = () => this.#escalate();
    const timer = setTimeout(escalate, timeout);
    this.#release.push(() => clearTimeout(timer));
    if (signal !== void 0) {
      signal.addEventListener("abort", escalate, { once: true });
      this.#release.push(() => signal.removeEventListener("abort", escalate));
    }
  }
  #escalate() {
    this.#forced = true;
    this.#wakeForced();
  }
  async #climb(steps) {
    const start = performance.now();
    const reports = [];
    const abandoned = [];
    quietly(() => this.#rung.closeDoor());
    for (const step of steps) {
      const taken = this.#forced ? skipped(step.name) : take(step, this.#whenForced);
      reports.push(taken instanceof Promise ? await taken : taken);
    }
    this.#stepsOver = true;
    for (const release of this.#release) release();
    let destroyed;
    quietly(() => {
      destroyed = this.#rung.force();
    });
    if (destroyed !== void 0) {
      this.#state = "forcing";
      const report = await take({ name: "force", cap: forceCap, ask: () => destroyed });
      reports.push(report);
      if (report.outcome === "timeout") abandoned.push("socket");
    } else {
      reports.push(skipped("force"));
    }
    quietly(() => abandoned.push(...this.#rung.settle()));
    this.#state = "closed";
    return {
      outcome: destroyed === void 0 ? "graceful" : "forced",
      durationMs: performance.now() - start,
      steps: reports,
      abandoned
    };
  }
};
var skipped = (name) => ({ name, outcome: "skipped", durationMs: 0 });
function take({ name, cap, ask }, interrupt) {
  const start = performance.now();
  let asked;
  try {
    asked = ask();
  } catch {
    return { name, outcome: "failed", durationMs: performance.now() - start };
  }
  if (asked === void 0) return skipped(name);
  const ended = asked;
  return new Promise((resolve) => {
    const end = (outcome) => {
      clearTimeout(timer);
      resolve({ name, outcome, durationMs: performance.now() - start });
    };
    const timer = setTimeout(() => end("timeout"), cap);
    ended.then(
      () => end("ok"),
      () => end("failed")
    );
    interrupt?.then(() => end("timeout"));
  });
}
function quietly(run) {
  try {
    run();
  } catch {
  }
}

// core/options.ts
var maxDelay = 2 ** 31 - 1;
function checkMs(name, value, least = 0) {
  if (typeof value === "number" && value >= least && value <= maxDelay) return value;
  throw new TypeError(
    `${name}: ${String(value)} is not a budget; give a number of milliseconds from ${least} to ${maxDelay}`
  );
}
function checkKeys(name, value, known) {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: ${String(value)} is not an options object; known options: ${known.join(", ")}`);
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== void 0) throw new TypeError(`${name}: unknown option "${unknown}"; known: ${known.join(", ")}`);
}
function readBudget(input, defaultTimeout) {
  if (input === void 0 || typeof input === "boolean") return { force: input === true, timeout: defaultTimeout };
  checkKeys("disconnect()", input, ["force", "timeout", "signal"]);
  const { force, timeout, signal } = input;
  if (force !== void 0 && typeof force !== "boolean")
    throw new TypeError("disconnect(): force must be true or false");
  if (signal !== void 0 && typeof signal?.addEventListener !== "function") {
    throw new TypeError("disconnect(): signal must be an AbortSignal");
  }
  return {
    force: force === true,
    timeout: timeout === void 0 ? defaultTimeout : checkMs("disconnect(): timeout", timeout),
    signal
  };
}

// overlays/cartesia/context-router/options.ts
var defaults = { timeout: 2e3, connectTimeout: 1e4 };
var given = /* @__PURE__ */ new WeakMap();
function setOptions(target, options) {
  const layer = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== void 0));
  given.set(target, [...given.get(target) ?? [], layer]);
  return () => {
    const left = (given.get(target) ?? []).filter((other) => other !== layer);
    given.set(target, left);
  };
}
function optionsFor(...targets2) {
  return Object.assign({ ...defaults }, ...targets2.flatMap((target) => (target && given.get(target)) ?? []));
}

// overlays/cartesia/context-router/client.ts
function isClient(target) {
  return typeof target.tts?.websocket === "function";
}
function instanceBehind(client) {
  return catchInstance("_contextQueues", () => client.tts?.websocket());
}
var ClientRung = class {
  #client;
  #registry;
  #ladder;
  #reports = [];
  constructor(client, registry) {
    this.#client = client;
    this.#registry = registry;
    this.#ladder = new Ladder({
      closeDoor: () => registry.endClient(client),
      force: () => this.#forceAll(),
      settle: () => this.#reports.flatMap((report) => report.abandoned)
    });
  }
  disconnect(budget) {
    const ask = () => this.#endAll(budget);
    return this.#ladder.end(budget, [{ name: "connections", cap: budget.timeout, ask }]);
  }
  #endAll(budget) {
    const connections = this.#registry.connectionsOf(this.#client);
    if (connections.length === 0) return void 0;
    return Promise.all(connections.map((connection) => connection.disconnect(budget))).then((reports) => {
      this.#reports = reports;
    });
  }
  /** Runs when the budget is spent, and also after it sufficed: then it tells whether a connection had to be forced. */
  #forceAll() {
    const isGraceful = this.#reports.length > 0 && this.#reports.every((report) => report.outcome === "graceful");
    return isGraceful ? void 0 : this.#endAll({ force: true, timeout: 0 });
  }
};
function clientMembers(client, registry) {
  const rung = new ClientRung(client, registry);
  const members = {
    get connected() {
      return registry.connectionsOf(client).some((connection) => connection.connected);
    },
    disconnect: (force) => rung.disconnect(readBudget(force, optionsFor(client).timeout)),
    [Symbol.asyncDispose]: async () => {
      await members.disconnect();
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// core/socket.ts
var CONNECTING = 0;
var OPEN = 1;
var CLOSED = 3;
function onTcpClose(socket, listener) {
  const { _socket: tcp } = socket;
  tcp?.once?.("close", () => queueMicrotask(listener));
}
function forceClose(socket) {
  const capable = socket;
  try {
    if (typeof capable._shouldReconnect === "boolean") capable._shouldReconnect = false;
    if (typeof capable.terminate === "function") capable.terminate();
    else if (capable._ws !== void 0) forceClose(capable._ws);
    else socket.close();
  } catch {
  }
}

// overlays/ws/guard.ts
function isWsSocket(socket) {
  const { ping, listeners } = socket;
  return typeof ping === "function" && typeof listeners === "function";
}
function guardMessages(socket, onThrow) {
  if (!isWsSocket(socket)) return;
  const [listener] = socket.listeners("message");
  if (listener === void 0) return;
  socket.off("message", listener);
  socket.prependListener("message", (data, isBinary) => {
    try {
      listener.call(socket, data, isBinary);
    } catch (error) {
      if (!onThrow(data)) throw error;
    }
  });
}
function onPeerClosing(socket, listener) {
  if (!isWsSocket(socket)) return;
  const { close } = socket;
  const observed = (code, reason) => {
    close.call(socket, code, reason);
    if (socket._closeFrameReceived === true) listener(code ?? 1005, String(reason ?? ""));
  };
  setMember(socket, "close", { value: observed, writable: true });
}
function startHeartbeat(socket, { interval, timeout }, onDead) {
  if (!isWsSocket(socket)) {
    throw new TypeError("overlay(): heartbeat needs a socket of the ws package; this WebSocket cannot send pings");
  }
  let deadline;
  const pinger = setInterval(() => {
    if (socket.readyState !== OPEN) return;
    socket.ping();
    deadline ??= setTimeout(() => {
      deadline = setTimeout(() => {
        onDead();
        forceClose(socket);
      }, 0);
    }, timeout);
  }, interval);
  socket.on("pong", () => {
    clearTimeout(deadline);
    deadline = void 0;
  });
  return () => {
    clearInterval(pinger);
    clearTimeout(deadline);
  };
}

// core/scrub.ts
var patterns = [
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, "$1 [redacted]"],
  [
    /\b((?:api[-_]?key|access_token|token|authorization|secret)["']?\s*[=:]\s*["']?)(?!Bearer|Basic)[^\s"'&,}]+/gi,
    "$1[redacted]"
  ],
  [/\bsk_[A-Za-z0-9_-]{6,}/g, "[redacted]"]
];
function scrub(text, secrets, maxLength = 200) {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length > 3)
      clean = clean.split(secret).join("[redacted]").split(encodeURIComponent(secret)).join("[redacted]");
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}
function scrubError(error, secrets) {
  if (error === void 0 || error === null) return void 0;
  const { name, message, code, stack } = asError(error);
  const clean = scrub(message, secrets, 500);
  if (error instanceof Error && clean === message && scrub(stack ?? "", secrets, Number.POSITIVE_INFINITY) === (stack ?? "")) {
    return error;
  }
  const copy = new Error(clean);
  copy.name = name;
  if (code !== void 0) copy.code = code;
  return copy;
}
function asError(value) {
  if (value instanceof Error) return value;
  const { message, name } = value;
  return {
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : String(value)
  };
}

// overlays/cartesia/context-router/headers.ts
function headerEntries(headers) {
  if (headers instanceof Headers) return [...headers.entries()];
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name, value]);
  return Object.entries(headers ?? {});
}

// overlays/cartesia/context-router/faults.ts
var Faults = class {
  /** Why the current socket is lost: the cause of what ends because of it. */
  lastError;
  /** Whoever opened the connection learns of its faults by the handshake's failure. */
  isConnecting = false;
  #hasWarned = false;
  #ws;
  #streams;
  constructor(ws, streams) {
    this.#ws = ws;
    this.#streams = streams;
  }
  /** The SDK reports a fault. Returns whether somebody learns of it without a listener. */
  onError(event, message, cause) {
    if (event !== null) return this.#onErrorEvent(event);
    if (isSocketError(cause)) {
      this.lastError ??= this.#clean(cause.error ?? cause);
      return this.isConnecting || !this.#streams.isEmpty;
    }
    return this.#endOnly(message ?? "unknown fault", cause);
  }
  #onErrorEvent(event) {
    const contextId = event.context_id;
    if (typeof contextId === "string" && contextId !== "") {
      this.#streams.finish(contextId);
      return this.#streams.consumersOf(contextId).size > 0;
    }
    const only = this.#streams.soleOpen();
    only?.deliver(event);
    return only !== void 0;
  }
  /** A frame made a listener throw. Returns false when the frame is well: then the error is the listener's own. */
  onFrame(frame) {
    const event = parse(frame);
    if (!isPeerFault(event)) return false;
    const what = "the provider sent a message that the SDK cannot read";
    const { context_id: contextId, type } = event;
    const cause = new TypeError(`message of type ${JSON.stringify(type)}`);
    if (typeof contextId !== "string" || contextId === "") {
      if (!this.#endOnly(what, cause)) this.warn(what);
      return true;
    }
    const consumers = this.#streams.consumersOf(contextId);
    for (const consumer of consumers) consumer.end(this.streamEnded(consumer, { what, cause }));
    if (consumers.size === 0) this.warn(what);
    return true;
  }
  #endOnly(what, cause) {
    const only = this.#streams.soleOpen();
    only?.end(this.streamEnded(only, { what, cause }));
    return only !== void 0;
  }
  streamEnded(consumer, end) {
    const { contextId, phase } = consumer;
    const closeReason = end.reason === void 0 ? void 0 : scrub(end.reason, this.#secrets);
    const closed = `the connection closed${end.code === void 0 ? "" : ` with code ${end.code}`}`;
    const said = closeReason ? ` (${JSON.stringify(closeReason)})` : "";
    return new StreamEndedError(`${end.what ?? closed}${said} before context ${contextId} was done`, {
      closeCode: end.code,
      closeReason,
      contextId,
      phase,
      cause: this.#clean(end.cause ?? this.lastError)
    });
  }
  /** Why a handshake failed, from what the socket reported. */
  connectFailure(event) {
    if (this.lastError instanceof HangupError) return this.lastError;
    const { error } = event ?? {};
    return this.#clean(error ?? event) ?? new HangupError("ERR_CONNECT", "the connection failed");
  }
  /** An event of the provider's as text, without the client's secrets. */
  describe(event) {
    return scrub(JSON.stringify(event), this.#secrets, Number.POSITIVE_INFINITY);
  }
  /** For a fault of which nobody learns otherwise: once a connection, lest a bad peer floods the log. */
  warn(message) {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const text = `hangup: ${scrub(message, this.#secrets)}; nothing listens for errors on this connection`;
    if (typeof process === "undefined" || process.emitWarning === void 0) console.warn(text);
    else process.emitWarning(text, "HangupWarning");
  }
  #clean(error) {
    return scrubError(error, this.#secrets);
  }
  get #secrets() {
    const { client, _wsOptions } = this.#ws;
    const given2 = headerEntries(_wsOptions?.headers).filter(([name]) => /^authorization$/i.test(name));
    const tokens = given2.map(([, value]) => String(value).replace(/^\S+\s+/, ""));
    return [client?.apiKey, client?.token, ...tokens].filter((secret) => typeof secret === "string");
  }
};
function isSocketError(cause) {
  return typeof cause === "object" && cause !== null && cause.type === "error";
}
function parse(frame) {
  try {
    return JSON.parse(String(frame));
  } catch {
    return void 0;
  }
}
function isPeerFault(event) {
  if (typeof event !== "object" || event === null) return false;
  const { type, data } = event;
  return type === "chunk" && typeof data !== "string" || typeof type === "string" && type in Object.prototype;
}

// overlays/cartesia/context-router/consumers.ts
var ContextQueue = class {
  contextId;
  entry;
  /** `receive()` loops that have begun and have not ended. */
  readers;
  started = false;
  /** Why the stream was cut; every later read throws it. */
  cause;
  #ws;
  constructor(ws, contextId, entry) {
    this.#ws = ws;
    this.contextId = contextId;
    this.entry = entry;
    this.readers = entry.resolve === null ? 0 : 1;
  }
  get phase() {
    return this.started || this.entry.queue.length > 0 ? "between-chunks" : "first-chunk";
  }
  /** The stream's own end message has arrived, read or not. */
  get isComplete() {
    const last = this.entry.queue.at(-1);
    return last?.type === "done" || last?.type === "error";
  }
  get isRegistered() {
    return this.#ws._contextQueues.get(this.contextId) === this.entry;
  }
  deliver(event) {
    this.entry.queue.push(event);
    this.entry.resolve?.();
  }
  end(cause) {
    if (cause === void 0) {
      if (this.isRegistered) this.#ws._contextQueues.delete(this.contextId);
    } else if (this.cause === void 0) {
      this.cause = cause;
      throwWhenDrained(this.entry.queue, cause);
    }
    this.entry.resolve?.();
  }
  /** Lets a `receive()` that comes after the cut find what had arrived, and then the cause. */
  restore() {
    const queues = this.#ws._contextQueues;
    if (this.cause !== void 0 && !queues.has(this.contextId)) queues.set(this.contextId, this.entry);
  }
};
function throwWhenDrained(queue, cause) {
  const value = () => {
    if (queue.length === 0) throw cause;
    return Array.prototype.shift.call(queue);
  };
  setMember(queue, "shift", { value, writable: true });
}
var SharedEntry = class {
  queue = [];
  #waiters = [];
  #wake = () => {
    for (let waiter = this.#waiters.pop(); waiter !== void 0; waiter = this.#waiters.pop()) waiter();
  };
  get resolve() {
    return this.#waiters.length === 0 ? null : this.#wake;
  }
  /** The SDK sets `null` after it has called what is here: it is gone by then. */
  set resolve(waiter) {
    if (waiter !== null) this.#waiters.push(waiter);
  }
};

// overlays/cartesia/context-router/streams.ts
var Streams = class {
  /** Contexts to which something was sent and for which no `done` or `error` has come. */
  inFlight = /* @__PURE__ */ new Set();
  /** Consumers with a loop that has begun and has not ended. */
  #loops = /* @__PURE__ */ new Set();
  /** By context: ends what was cancelled and has not ended by itself. */
  #graces = /* @__PURE__ */ new Map();
  #queues = /* @__PURE__ */ new WeakMap();
  /** Queues that were there before us: whether a loop is at work in one of them cannot be known. */
  #adopted = /* @__PURE__ */ new WeakSet();
  #ws;
  /** Loops of the SDK's own `generate()` may run, begun before a live instance was overlaid. */
  #hasForeignLoops = false;
  /** The ladder waits for one condition at a time. */
  #onChange = () => {
  };
  constructor(ws) {
    this.#ws = ws;
  }
  /** Learns when the provider is done with a context: an emitter listener, so that other messages cost nothing. */
  listen() {
    this.#ws.on("done", ({ context_id }) => this.finish(context_id));
  }
  /** Takes over a live instance, whose loops and listeners are the SDK's own. */
  adopt() {
    this.#hasForeignLoops = this.#ws._hasListener("event") === true;
    this.listen();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      this.inFlight.add(contextId);
      const queue = this.queueOf(contextId, entry);
      this.#adopted.add(queue);
      if (queue.readers > 0) this.#loops.add(queue);
    }
  }
  get isEmpty() {
    return this.inFlight.size + this.#loops.size === 0;
  }
  /** The contexts of the loops that have not ended. */
  get loops() {
    return [...this.#loops].map((loop) => loop.contextId);
  }
  queueOf(contextId, entry) {
    let queue = this.#queues.get(entry);
    if (queue === void 0) {
      queue = new ContextQueue(this.#ws, contextId, entry);
      this.#queues.set(entry, queue);
    }
    return queue;
  }
  #registered(contextId) {
    const entry = this.#ws._contextQueues.get(contextId);
    return entry && this.queueOf(contextId, entry);
  }
  // ── loops ──
  /** A loop has begun. */
  enter(consumer) {
    if (consumer instanceof ContextQueue) consumer.readers += 1;
    this.#loops.add(consumer);
  }
  /** A loop has ended. */
  leave(consumer) {
    if (consumer instanceof ContextQueue) {
      consumer.readers = Math.max(0, consumer.readers - 1);
      if (consumer.readers > 0) return;
    }
    this.#loops.delete(consumer);
    this.#onChange();
  }
  /**
   * The SDK takes a context's queue away, because a `receive()` has ended, or to end one.
   *
   * @returns false when the queue has to stay: it holds the cause that other loops on it have yet to meet
   */
  unregister(contextId) {
    const queues = [...this.#loops].filter((loop) => loop instanceof ContextQueue && loop.contextId === contextId);
    const ended = queues.find((queue2) => !queue2.isRegistered) ?? queues[0];
    if (ended !== void 0) this.leave(ended);
    const queue = this.#registered(contextId);
    return queue?.cause === void 0 || queue.readers === 0;
  }
  // ── the provider ──
  /** The provider is done with a context. */
  finish(contextId) {
    this.#clearGrace(contextId);
    if (this.inFlight.delete(contextId)) this.#onChange();
  }
  /** The provider works on nothing any more: its connection is gone. */
  forget() {
    this.inFlight.clear();
    this.#onChange();
  }
  /** Gives the provider `grace` ms to end a cancelled context, and then does so. */
  cancelled(contextId, grace) {
    const loops = () => [...this.#loops].filter((loop) => loop.contextId === contextId && !isOver(loop));
    const end = () => {
      const isDone = grace > 0 && !this.inFlight.has(contextId);
      for (const loop of loops()) if (!isDone || loop instanceof ContextQueue) loop.end();
      this.finish(contextId);
    };
    this.#clearGrace(contextId);
    if (grace === 0) end();
    else if (this.inFlight.has(contextId) || loops().length > 0) {
      this.#graces.set(contextId, setTimeout(end, grace));
    }
  }
  #clearGrace(contextId) {
    clearTimeout(this.#graces.get(contextId));
    this.#graces.delete(contextId);
  }
  // ── who is told ──
  /** Who learns of what happens to a context. */
  consumersOf(contextId) {
    const consumers = new Set([...this.#loops].filter((loop) => loop.contextId === contextId));
    const queue = this.#registered(contextId);
    return queue === void 0 ? consumers : consumers.add(queue);
  }
  /** The consumer of the open stream, if there is just one: a fault that names no context must be about it. */
  soleOpen() {
    const loops = [...this.#loops].filter((loop) => !isOver(loop));
    const [contextId, ...others] = /* @__PURE__ */ new Set([...this.inFlight, ...loops.map((loop) => loop.contextId)]);
    if (contextId === void 0 || others.length > 0) return void 0;
    return loops[0] ?? this.#registered(contextId);
  }
  // ── ends ──
  /** Ends every open stream with its cause; a `done` that has arrived stays in force. */
  cut(causeFor) {
    const open = new Set(this.#loops);
    for (const contextId of this.inFlight) for (const consumer of this.consumersOf(contextId)) open.add(consumer);
    for (const consumer of open) if (!isOver(consumer)) consumer.end(causeFor(consumer));
    this.#endForeignLoops("the connection closed");
    this.#clearGraces();
    this.forget();
  }
  /** Ends every loop quietly. */
  end() {
    for (const loop of this.#loops) loop.end();
    for (const [contextId, entry] of this.#ws._contextQueues) this.queueOf(contextId, entry).end();
    this.#endForeignLoops("disconnected");
    this.#clearGraces();
  }
  #clearGraces() {
    for (const contextId of this.#graces.keys()) this.#clearGrace(contextId);
  }
  /** Before a reconnect: what was cut and is not being read makes room for a context of the same id. */
  clearCut() {
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.queueOf(contextId, entry);
      const isUnread = queue.readers === 0 && !this.#adopted.has(queue);
      if (queue.cause !== void 0 && isUnread) this.#ws._contextQueues.delete(contextId);
    }
  }
  /** An error event is the one way to end a loop of the SDK's own `generate()`; without a context, it fits every one. */
  #endForeignLoops(message) {
    if (!this.#hasForeignLoops) return;
    this.#hasForeignLoops = false;
    const event = { type: "error", title: "hangup", message };
    this.#ws._emit("event", event);
  }
  // ── waiting ──
  whenNothingInFlight() {
    return this.#when(() => this.inFlight.size === 0);
  }
  whenNoLoops() {
    return this.#when(() => this.#loops.size === 0);
  }
  #when(condition) {
    if (condition()) return void 0;
    return new Promise((resolve) => {
      this.#onChange = () => {
        if (condition()) resolve();
      };
    });
  }
};
function isOver(consumer) {
  return consumer instanceof ContextQueue && (consumer.isComplete || consumer.cause !== void 0);
}

// overlays/cartesia/context-router/connection.ts
var caps = { cancel: 500, drain: 500, close: 1e3 };
var Connection = class {
  streams;
  faults;
  #ladder = new Ladder({
    closeDoor: () => this.streams.end(),
    force: () => this.#force(),
    settle: () => this.#leftOver()
  });
  #ws;
  #onIdle;
  /** The sockets that have not closed: one, or during a reconnect two. */
  #sockets = /* @__PURE__ */ new Set();
  /** Sockets whose streams have been ended. */
  #dropped = /* @__PURE__ */ new WeakSet();
  /** Sends that wait for the handshake. */
  #held = /* @__PURE__ */ new Set();
  /** Contexts cancelled during the handshake: nothing more is said to them until it is over. */
  #cancelledEarly = /* @__PURE__ */ new Set();
  #abandoned = [];
  #wakeIdle = () => {
  };
  /** @param onIdle called when its last socket has closed */
  constructor(ws, onIdle) {
    this.#ws = ws;
    this.#onIdle = onIdle;
    this.streams = new Streams(ws);
    this.faults = new Faults(ws, this.streams);
  }
  get ended() {
    return this.#ladder.state !== "open";
  }
  get connected() {
    return !this.ended && this.#ws.socket.readyState === OPEN;
  }
  /** It has no socket that could keep the process alive. */
  get idle() {
    return this.#sockets.size === 0;
  }
  // ── sockets ──
  /** Takes over a live instance. @throws {TypeError} when its socket cannot do what the options ask for */
  adopt(options) {
    if (this.#ws.socket.readyState !== CLOSED) this.attach(options);
    this.streams.adopt();
  }
  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach({ connectTimeout, heartbeat }) {
    const { socket } = this.#ws;
    const stops = [];
    if (heartbeat !== void 0) stops.push(this.#beat(socket, heartbeat));
    this.#sockets.add(socket);
    this.#cancelledEarly.clear();
    this.faults.lastError = void 0;
    socket.addEventListener("close", (event) => {
      for (const stop of stops) stop();
      this.#drop(socket, event.code, event.reason);
      this.#lose(socket);
    });
    onPeerClosing(socket, (code, reason) => {
      if (this.ended) return;
      this.#drop(socket, code, reason);
      const timer = setTimeout(() => forceClose(socket), caps.close);
      stops.push(() => clearTimeout(timer));
    });
    guardMessages(socket, (frame) => this.faults.onFrame(frame));
    if (socket.readyState === CONNECTING) stops.push(this.#limitHandshake(socket, connectTimeout));
    const ready = this.#ws._ready.catch((event) => {
      throw this.ended ? new DisconnectedError("connect()") : this.faults.connectFailure(event);
    });
    ready.catch(() => {
    });
    this.#ws._ready = ready;
  }
  /** It can keep the process alive no longer. */
  #lose(socket) {
    if (!this.#sockets.delete(socket) || !this.idle) return;
    this.#onIdle();
    this.#wakeIdle();
  }
  #whenIdle() {
    return new Promise((resolve) => {
      const others = this.#wakeIdle;
      this.#wakeIdle = () => {
        others();
        resolve();
      };
    });
  }
  #beat(socket, heartbeat) {
    return startHeartbeat(socket, heartbeat, () => {
      this.faults.lastError = new HangupError("ERR_HEARTBEAT", `no pong within ${heartbeat.timeout} ms`);
    });
  }
  #limitHandshake(socket, limit) {
    this.faults.isConnecting = true;
    const timer = setTimeout(() => {
      this.faults.lastError = new ConnectTimeoutError(limit);
      forceClose(socket);
    }, limit);
    socket.addEventListener("open", () => {
      clearTimeout(timer);
      this.faults.isConnecting = false;
      this.#cancelledEarly.clear();
    });
    return () => clearTimeout(timer);
  }
  /** The socket is lost to its streams: the peer has begun to close it, or it has closed, or another one replaces it. */
  #drop(socket, code, reason) {
    if (socket !== this.#ws.socket || this.#dropped.has(socket)) return;
    this.#dropped.add(socket);
    if (this.ended) this.streams.forget();
    else this.streams.cut((consumer) => this.faults.streamEnded(consumer, { code, reason }));
  }
  /** Before the SDK dials again. Loops that have begun since the drop wait for the connection that is about to come. */
  beforeReconnect() {
    this.#drop(this.#ws.socket);
    this.streams.clearCut();
  }
  // ── sending ──
  /** @throws {DisconnectedError} once the door is closed */
  admit(call) {
    if (this.ended) throw new DisconnectedError(call);
  }
  /** Waits for the handshake. Returns false, at once, when the context is cancelled meanwhile. */
  async whenOpen(contextId) {
    if (this.#cancelledEarly.has(contextId)) return false;
    let drop = () => {
    };
    const dropped = new Promise((resolve) => {
      drop = () => resolve(false);
    });
    const hold = { contextId, drop };
    this.#held.add(hold);
    const open = this.#ws._ensureConnected().then(() => true);
    return Promise.race([open, dropped]).finally(() => this.#held.delete(hold));
  }
  /** Sends what the provider is to work on. @throws when the connection has gone since it was last looked at */
  post(event, data) {
    this.admit("send()");
    const contextId = event.context_id ?? void 0;
    if (this.#ws.socket.readyState !== OPEN) {
      const what = "the connection closed before the message could be sent";
      throw new StreamEndedError(what, { contextId, cause: this.faults.lastError });
    }
    this.#ws.socket.send(data);
    if (contextId !== void 0) this.streams.inFlight.add(contextId);
  }
  /** Cancels a context. Never throws, never dials, and ends the loops that the provider does not end within 500 ms. */
  cancel(event) {
    if (this.#ws.socket.readyState === CONNECTING) this.#cancelledEarly.add(event.context_id);
    for (const hold of this.#held) if (hold.contextId === event.context_id) hold.drop();
    const asked = !this.ended && this.#postCancel(event);
    this.streams.cancelled(event.context_id, asked ? caps.cancel : 0);
  }
  #postCancel(event) {
    if (this.#ws.socket.readyState !== OPEN) return false;
    try {
      this.#ws.socket.send(JSON.stringify(event));
      return true;
    } catch {
      return false;
    }
  }
  // ── the ladder ──
  disconnect(budget) {
    return this.#ladder.end(budget, [
      { name: "cancel", cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: "drain", cap: caps.drain, ask: () => this.streams.whenNoLoops() },
      this.#closeStep(() => this.#ws.socket.close(1e3, "OK"))
    ]);
  }
  /** The SDK's own `close()`: its close frame in this tick, and bounded. */
  close(sdkClose) {
    return this.#ladder.end({ force: false, timeout: caps.close }, [this.#closeStep(sdkClose)]);
  }
  #closeStep(close) {
    const ask = () => {
      if (this.idle) return void 0;
      close();
      return this.#whenIdle();
    };
    return { name: "close", cap: caps.close, ask };
  }
  #cancelAll() {
    for (const context_id of this.streams.inFlight) {
      if (!this.#postCancel({ cancel: true, context_id })) return void 0;
    }
    return this.streams.whenNothingInFlight();
  }
  #force() {
    if (this.idle) return void 0;
    this.#abandoned = [...this.streams.inFlight].map((contextId) => `context ${contextId}`);
    for (const socket of this.#sockets) {
      onTcpClose(socket, () => this.#lose(socket));
      forceClose(socket);
    }
    return this.#whenIdle();
  }
  #leftOver() {
    return [...this.#abandoned, ...this.streams.loops.map((contextId) => `receive loop of context ${contextId}`)];
  }
};

// overlays/cartesia/context-router/registry.ts
var Registry = class {
  /** The class has its seams. Without them only connections from before are served. */
  isActive = false;
  /** Called when an instance has lost its last socket. */
  onIdle = () => {
  };
  #connections = /* @__PURE__ */ new WeakMap();
  #entries = /* @__PURE__ */ new WeakMap();
  #ended = /* @__PURE__ */ new WeakSet();
  /** Every instance of a client, open or not: one without a socket can still open another. */
  #instances = /* @__PURE__ */ new WeakMap();
  #collected = new FinalizationRegistry((forget) => forget());
  /** Every instance that has a socket which has not closed. */
  #open = /* @__PURE__ */ new Set();
  serves(ws) {
    return this.isActive || this.#connections.has(ws);
  }
  /** The connection of an instance. One that was made before its class was overlaid is adopted as it is. */
  connectionOf(ws) {
    const known = this.#connections.get(ws);
    if (known !== void 0) return known;
    const connection = this.#make(ws);
    connection.adopt(this.optionsOf(ws));
    this.#track(ws, connection);
    if (!connection.idle) this.#open.add(ws);
    return connection;
  }
  /** Lets the SDK open a socket, and takes it over. */
  open(ws, sdkOpen) {
    if (this.#ended.has(ws.client)) throw new DisconnectedError("websocket()", "client");
    const known = this.#connections.get(ws);
    const connection = known ?? this.#make(ws);
    connection.admit("connect()");
    if (known === void 0) {
      connection.streams.listen();
      this.#track(ws, connection);
    }
    sdkOpen();
    try {
      connection.attach(this.optionsOf(ws));
    } catch (error) {
      ws._ready.catch(() => {
      });
      forceClose(ws.socket);
      throw error;
    }
    this.#open.add(ws);
  }
  #make(ws) {
    return new Connection(ws, () => {
      this.#open.delete(ws);
      this.onIdle(ws);
    });
  }
  #track(ws, connection) {
    this.#connections.set(ws, connection);
    const instances = this.#instances.get(ws.client) ?? /* @__PURE__ */ new Set();
    const ref = new WeakRef(ws);
    this.#instances.set(ws.client, instances.add(ref));
    this.#collected.register(ws, () => instances.delete(ref));
  }
  #instancesOf(client) {
    const refs = [...this.#instances.get(client) ?? []];
    return refs.map((ref) => ref.deref()).filter((ws) => ws !== void 0);
  }
  get openInstances() {
    return [...this.#open];
  }
  /** The connections that a client has made. */
  connectionsOf(client) {
    return this.#instancesOf(client).map((ws) => this.connectionOf(ws));
  }
  /** No new connection for this client. */
  endClient(client) {
    this.#ended.add(client);
  }
  /** The options for an instance: of its classes from the base on, of its client, and its own. */
  optionsOf(ws) {
    const prototypes = [];
    for (let at = Object.getPrototypeOf(ws); at !== null; at = Object.getPrototypeOf(at)) prototypes.unshift(at);
    return optionsFor(...prototypes, ws.client, ws);
  }
  remember(context) {
    const entry = context._ws._contextQueues.get(context.contextId);
    if (entry !== void 0) this.#entries.set(context, entry);
  }
  /** The queue that a context was made with, also after the SDK has forgotten it. */
  queueOf(context) {
    const { contextId, _ws } = context;
    const entry = this.#entries.get(context) ?? _ws._contextQueues.get(contextId);
    return entry && this.connectionOf(_ws).streams.queueOf(contextId, entry);
  }
};

// core/mailbox.ts
var Mailbox = class {
  contextId;
  #started = false;
  #queue = [];
  #ended = false;
  #cause;
  #wake;
  #timeout;
  /** @param timeout the longest silence in ms, unlimited by default */
  constructor(contextId, timeout) {
    this.contextId = contextId;
    this.#timeout = timeout;
  }
  /** Whether something had arrived. */
  get phase() {
    return this.#started ? "between-chunks" : "first-chunk";
  }
  deliver(item) {
    if (this.#ended) return;
    this.#started = true;
    this.#queue.push(item);
    this.#wake?.();
  }
  /** With a cause, what had arrived is delivered first; without one it is dropped. */
  end(cause) {
    if (this.#ended) return;
    this.#ended = true;
    this.#cause = cause;
    if (cause === void 0) this.#queue = [];
    this.#wake?.();
  }
  /** The next item without waiting, `undefined` when there is none. */
  shift() {
    return this.#queue.shift();
  }
  /** It was ended without a cause. */
  get isEndedQuietly() {
    return this.#ended && this.#cause === void 0;
  }
  /** Nothing more will come. @throws the cause, if there was one */
  isOver() {
    if (this.#cause !== void 0) throw this.#cause;
    return this.#ended;
  }
  /**
   * Settles when there is something to look at. One promise a message and no more: this is the hot path.
   *
   * @throws {ReceiveTimeoutError} after a silence longer than the timeout
   */
  arrival() {
    const timeout = this.#timeout;
    if (timeout === void 0) {
      return new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
    return new Promise((resolve, reject) => {
      const onTimeout = () => reject(new ReceiveTimeoutError(this.phase, timeout, this.contextId));
      const timer = setTimeout(onTimeout, timeout);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
};

// overlays/ws/find.ts
function nodeModule() {
  const { process: process2 } = globalThis;
  return process2?.versions?.node === void 0 ? void 0 : process2.getBuiltinModule?.("node:module");
}
function findWs(packageName2, self) {
  const module2 = nodeModule();
  if (module2 === void 0) return void 0;
  const { argv, cwd } = globalThis.process;
  const apps = [argv[1], `${cwd()}/package.json`].filter((base) => base !== void 0);
  const bases = [
    ...apps.map((base) => () => module2.createRequire(base).resolve(packageName2)),
    ...apps.map((base) => () => base)
  ];
  if (self !== void 0) bases.unshift(() => self);
  for (const base of bases) {
    try {
      const found2 = module2.createRequire(base())("ws");
      if (found2.WebSocket !== void 0) return found2.WebSocket;
    } catch {
    }
  }
  return void 0;
}

// overlays/cartesia/context-router/stand-in.ts
function withStandIn(options, configured, self, open) {
  const current = globalThis.WebSocket;
  if (typeof process === "undefined" || !isAbsentOrNative(current)) return open();
  const Socket = configured ?? installedWs(self);
  if (Socket === void 0) return open();
  return withGlobal("WebSocket", standInFor(Socket, options), open);
}
function standInFor(Socket, options) {
  return function StandIn(url) {
    const { address, headers } = moveToHeaders(url);
    for (const [name, value] of headerEntries(options?.headers)) {
      if (value === null) headers.delete(name);
      else if (value !== void 0) headers.set(name, String(value));
    }
    return new Socket(address, { ...options, headers: Object.fromEntries(headers) });
  };
}
function ownSocketClass(sdk) {
  const probe = Object.create(sdk, {
    url: { value: new URL("wss://127.0.0.1") },
    client: { value: {} },
    _onError: { value: () => {
    } },
    socket: { writable: true },
    _ready: { writable: true }
  });
  class Unused {
    addEventListener() {
    }
  }
  const { Socket } = process.getBuiltinModule("node:net");
  withGlobal("WebSocket", Unused, () => sdk._initSocket.call(probe, { createConnection: () => new Socket() }));
  probe._ready.catch(() => {
  });
  if (probe.socket instanceof Unused) return void 0;
  forceClose(probe.socket);
  return probe.socket.constructor;
}
var found = /* @__PURE__ */ new Map();
function installedWs(self) {
  const Socket = found.get(self) ?? findWs(packageName, self);
  if (Socket !== void 0) found.set(self, Socket);
  return Socket;
}
function isAbsentOrNative(current) {
  if (current === void 0) return true;
  if (process.getBuiltinModule("node:util").types.isProxy(current)) return false;
  const prototype = current.prototype;
  return prototype !== void 0 && Object.prototype.toString.call(prototype) === "[object WebSocket]";
}
function moveToHeaders(url) {
  const address = new URL(url);
  const headers = new Headers();
  const take2 = (parameter) => {
    const value = address.searchParams.get(parameter);
    address.searchParams.delete(parameter);
    return value;
  };
  const version2 = take2("cartesia_version");
  const client = take2("cartesia_client");
  const apiKey = take2("api_key");
  const token = take2("access_token") ?? apiKey;
  if (version2 !== null) headers.set("cartesia-version", version2);
  if (client !== null) {
    headers.set("user-agent", client);
    headers.set("x-cartesia-client", client);
  }
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  return { address, headers };
}

// overlays/cartesia/context-router/seam.ts
var requiredMembers = [
  "_initSocket",
  "_ensureConnected",
  "_registerContext",
  "_unregisterContext",
  "_getContextQueue",
  "_emit",
  "_onError",
  "_hasListener",
  "on",
  "off",
  "send",
  "generate",
  "cancelContext",
  "context",
  "connect",
  "close"
];
function handled(promise) {
  promise.catch(() => {
  });
  return promise;
}
function ttswsMembers(sdk, registry, self) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    get connected() {
      const ws = this;
      return Object.hasOwn(ws, "socket") && of(ws).connected;
    },
    disconnect(force) {
      return of(this).disconnect(readBudget(force, registry.optionsOf(this).timeout));
    },
    async [Symbol.asyncDispose]() {
      await this.disconnect();
    },
    close(props) {
      return of(this).close(() => sdk.close.call(this, props));
    },
    async connect() {
      of(this).admit("connect()");
      return sdk.connect.call(this);
    },
    _initSocket(options) {
      const { WebSocket } = registry.optionsOf(this);
      registry.open(this, () => withStandIn(options, WebSocket, self, () => sdk._initSocket.call(this, options)));
    },
    /** Follows lines 412–427, and besides: dials once for all who wait, keeps contexts not begun yet, never after the end. */
    async _ensureConnected() {
      const connection = of(this);
      connection.admit("send()");
      const { readyState } = this.socket;
      if (readyState === OPEN) return;
      if (readyState !== CONNECTING) {
        connection.beforeReconnect();
        this._initSocket(this._wsOptions);
      }
      await this._ready;
      connection.admit("send()");
    },
    send(event) {
      return handled(sendGuarded.call(this, event));
    },
    /** Follows lines 313–359; the queue is a mailbox, which can be ended. */
    async *generate(request, options) {
      const connection = of(this);
      connection.admit("generate()");
      const contextId = request.context_id ?? crypto.randomUUID();
      const timeout = options?.timeout === void 0 ? void 0 : checkMs("generate(): timeout", options.timeout);
      const mailbox = new Mailbox(contextId, timeout);
      const onEvent = (event) => {
        if (typeof event !== "object") return;
        if ("context_id" in event ? event.context_id !== contextId : event.type === "error") return;
        mailbox.deliver(event);
      };
      connection.streams.enter(mailbox);
      this.on("event", onEvent);
      try {
        await this.send({ ...request, context_id: contextId }).catch((error) => {
          if (!mailbox.isEndedQuietly) throw error;
        });
        while (true) {
          const event = mailbox.shift();
          if (event !== void 0) {
            yield event;
            if (event.type === "done") return;
            if (event.type === "error") throw new Error(connection.faults.describe(event));
          } else if (mailbox.isOver()) {
            return;
          } else {
            await mailbox.arrival();
          }
        }
      } finally {
        this.off("event", onEvent);
        connection.streams.leave(mailbox);
      }
    },
    context(options) {
      const context = sdk.context.call(this, options);
      registry.remember(context);
      return context;
    },
    _registerContext(contextId) {
      sdk._registerContext.call(this, contextId);
      this._contextQueues.set(contextId, new SharedEntry());
    },
    _unregisterContext(contextId) {
      if (of(this).streams.unregister(contextId)) sdk._unregisterContext.call(this, contextId);
    },
    _onError(event, message, cause) {
      const { ended, faults } = of(this);
      const isKnown = ended || faults.onError(event, message, cause);
      if (this._hasListener("error")) sdk._onError.call(this, event, message, cause);
      else if (!isKnown) faults.warn(message ?? `the provider reports: ${JSON.stringify(event)}`);
    }
  };
  async function sendGuarded(event) {
    const connection = of(this);
    const isCancel = event.cancel === true;
    if (!isCancel) connection.admit("send()");
    if (isCancel || this.socket.readyState === OPEN) await void 0;
    else if (!await connection.whenOpen(event.context_id)) return;
    if (isCancel) return connection.cancel(event);
    try {
      connection.post(event, JSON.stringify(event));
    } catch (error) {
      if (error instanceof HangupError || !this._hasListener("error")) throw error;
      this._onError(null, "could not send data", error);
    }
  }
  return Object.getOwnPropertyDescriptors(members);
}
function contextMembers(sdk, registry) {
  const guarded = (name) => function(options) {
    if (!registry.serves(this._ws)) return sdk[name].call(this, options);
    const cause = registry.queueOf(this)?.cause;
    return handled(
      cause === void 0 ? sdk[name].call(this, options) : Promise.reject(cause)
    );
  };
  const members = {
    push: guarded("push"),
    send: guarded("send"),
    flush: guarded("flush"),
    no_more_inputs: guarded("no_more_inputs"),
    /** The SDK's loop. Its first `next()` is where it really begins. */
    receive(options) {
      const loop = sdk.receive.call(this, options);
      if (!registry.serves(this._ws)) return loop;
      const { next } = loop;
      let begun = false;
      const begin = () => {
        begun = true;
        const { ended, streams } = registry.connectionOf(this._ws);
        if (ended) return loop.throw(new DisconnectedError("receive()"));
        const queue = registry.queueOf(this);
        queue?.restore();
        if (queue?.isRegistered) streams.enter(queue);
        else if (queue?.cause !== void 0) return loop.throw(queue.cause);
        const first = next.call(loop);
        const onFirst = ({ done }) => {
          if (queue === void 0) return;
          queue.started = true;
          if (done === true) streams.leave(queue);
        };
        first.then(onFirst, () => {
        });
        return first;
      };
      setMember(loop, "next", { value: () => begun ? next.call(loop) : begin(), writable: true });
      return loop;
    },
    /** Follows the SDK's, and hands the options on. */
    async *generate(request, options) {
      this._ws._unregisterContext(this.contextId);
      const { _options } = this;
      const given2 = Object.entries(request).filter(([, value]) => value !== void 0);
      yield* this._ws.generate({ ..._options, ...Object.fromEntries(given2), context_id: this.contextId }, options);
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/cartesia/context-router/install.ts
function findPrototype(target) {
  const below = [];
  let at;
  if (typeof target === "function") at = target.prototype;
  else if (typeof target === "object" && target !== null) at = isClient(target) ? instanceBehind(target) : target;
  for (; at !== null && at !== void 0; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, "_initSocket")) return { prototype: at, below };
    below.push(at);
  }
  throw wrongTarget(target, "it is neither the TTSWS class of the SDK, nor an instance of it, nor a client");
}
function wrongTarget(target, why) {
  const { className, importFrom } = targets.find(({ family }) => family === "context-router");
  const next = `Hand in a client (new Cartesia(…)), the class ${className} from "${importFrom}", or a connection`;
  const isObject = typeof target === "object" && target !== null;
  const name = typeof target === "function" ? `class ${target.name}` : isObject ? "this object" : String(target);
  return new PatchError("ERR_PATCH_TARGET", `overlay() cannot patch ${name}`, why, next);
}
function install(target, self) {
  const { prototype, below } = findPrototype(target);
  const missing = requiredMembers.find((name) => typeof prototype[name] !== "function");
  if (missing !== void 0)
    throw wrongTarget(target, `the class has no ${missing}(), so it is not a version that hangup knows`);
  const installed = findMark(prototype);
  const { mark, put } = installed === void 0 ? inUse.get(prototype) ?? makeSeams(prototype, self) : { mark: installed, put: () => () => {
  } };
  const replaced = Object.keys(mark.functions);
  for (const object of below) {
    const overridden = replaced.find((name) => Object.hasOwn(object, name));
    if (overridden === void 0) continue;
    throw new PatchError(
      "ERR_PATCH_SUBCLASS",
      `overlay() cannot patch ${object.constructor?.name ?? "this object"}`,
      `it overrides ${overridden}(), and hangup has to be the one who answers that call`,
      "Overlay the class of the SDK itself before it is subclassed, and wrap the connection instead of overriding it"
    );
  }
  return { mark, uninstall: put() };
}
var inUse = /* @__PURE__ */ new WeakMap();
function makeSeams(prototype, self) {
  const registry = new Registry();
  const sdk = snapshot(prototype);
  const members = ttswsMembers(sdk, registry, self);
  const mark = {
    version,
    family: "context-router",
    functions: functionsOf(members),
    cover: (target, options) => {
      checkWebSocket(sdk, options);
      return cover(registry, target, options);
    }
  };
  const marked = { ...members, [marker]: { value: mark } };
  const Context = Object.getPrototypeOf(sdk.context.call({ _registerContext() {
  } }, {}));
  const ofContext = contextMembers(snapshot(Context), registry);
  let removeContext;
  const kept = /* @__PURE__ */ new Map();
  const removeUnused = () => {
    if (registry.isActive || kept.size > 0) return;
    removeContext?.();
    removeContext = void 0;
    inUse.delete(prototype);
  };
  registry.onIdle = (ws) => {
    if (!registry.connectionOf(ws).ended) kept.get(ws)?.();
    kept.delete(ws);
    removeUnused();
  };
  const seams = {
    mark,
    put() {
      const remove = replaceMembers(prototype, "TTSWS", marked);
      try {
        removeContext ??= replaceMembers(Context, "TTSWSContext", ofContext);
      } catch (error) {
        remove();
        throw error;
      }
      registry.isActive = true;
      inUse.set(prototype, seams);
      return () => {
        remove();
        registry.isActive = false;
        for (const ws of registry.openInstances) {
          if (!kept.has(ws)) kept.set(ws, replaceMembers(ws, "TTSWS", marked));
        }
        removeUnused();
      };
    }
  };
  return seams;
}
function functionsOf(members) {
  const entries = Object.entries(members).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === "function"));
}
function snapshot(prototype) {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}
function checkWebSocket(sdk, { WebSocket }) {
  const own = WebSocket === void 0 ? void 0 : ownSocketClass(sdk);
  if (own === void 0 || own === WebSocket) return;
  throw new PatchError(
    "ERR_PATCH_WEBSOCKET",
    "the WebSocket option of overlay() cannot be honoured",
    "this build of the SDK has loaded a ws of its own, and the one given is another copy",
    'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)'
  );
}
function cover(registry, target, options) {
  if (typeof target === "function") return setOptions(target.prototype, options);
  const reset = setOptions(target, options);
  try {
    if (!isClient(target)) {
      registry.connectionOf(target);
      return reset;
    }
    const uncover = coverClient(target, registry);
    return () => {
      uncover();
      reset();
    };
  } catch (error) {
    reset();
    throw error;
  }
}
var coveredClients = /* @__PURE__ */ new WeakMap();
function coverClient(client, registry) {
  const covered = coveredClients.get(client) ?? {
    users: 0,
    remove: replaceMembers(client, "the client", clientMembers(client, registry))
  };
  covered.users += 1;
  coveredClients.set(client, covered);
  return () => {
    covered.users -= 1;
    if (covered.users > 0) return;
    coveredClients.delete(client);
    covered.remove();
  };
}

// overlays/cartesia/runtime.ts
function install2(Class) {
  install(Class, typeof __filename === "string" ? __filename : void 0);
}
module.exports = { install: install2 };
