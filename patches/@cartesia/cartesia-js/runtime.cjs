/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: 80757f3971ee36a90c70025615a938cfd04a35d4c4ce33721e9ecd38dda7481e */
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
  /** Of a failed `Source.read()`: how many samples it had copied into its buffer before the end. */
  samplesRead;
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
  /** Of a failed `Source.read()`: how many samples it had copied into its buffer before. */
  samplesRead;
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

// overlays/foreign/mark.ts
var marker = /* @__PURE__ */ Symbol.for("hangup.patched");
function findMark(prototype) {
  return prototype[marker];
}

// overlays/foreign/members.ts
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

// overlays/version.ts
var version = "0.1.0";

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

// overlays/seams/overlay-options.ts
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
function optionsFor(...targets) {
  return Object.assign({ ...defaults }, ...targets.flatMap((target) => (target && given.get(target)) ?? []));
}

// overlays/seams/attach.ts
function snapshot(prototype) {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}
function findPlace(target, families2) {
  const below = [];
  const start = typeof target === "function" ? target.prototype : target;
  if (typeof start !== "object") return void 0;
  for (let at = start; at !== null; at = Object.getPrototypeOf(at)) {
    const prototype = at;
    const family = families2.find(({ required, prototypeOf }) => {
      if (prototypeOf !== void 0) return false;
      return Object.hasOwn(prototype, required[0]) && required.every((name) => name in prototype);
    });
    if (family !== void 0) return { family, prototype, below };
    below.push(at);
  }
  if (start === null) return void 0;
  return typeof target === "function" ? markedPlace(start, families2) : placeOfInstance(start, below, families2);
}
function markedPlace(start, families2) {
  const family = families2.find(({ name, prototypeOf }) => prototypeOf && name === findMark(start)?.family);
  return family && { family, prototype: start, below: [] };
}
function placeOfInstance(instance, above, families2) {
  for (const family of families2) {
    const prototype = family.prototypeOf?.(instance);
    if (prototype !== void 0) return { family, prototype, below: above.slice(0, above.indexOf(prototype)) };
  }
  return void 0;
}
function namedPlace(target, families2, named) {
  const family = families2.find(({ name }) => name === named);
  const { prototype } = target;
  return family && { family, prototype, below: [] };
}
function install(target, families2, self, named) {
  const place = named === void 0 ? findPlace(target, families2) : namedPlace(target, families2, named);
  if (place === void 0) throw wrongTarget(target, "it is of no kind that hangup knows");
  const { prototype, below, family } = place;
  const installed = findMark(prototype);
  const { mark, put } = installed?.family !== family.name ? inUse.get(prototype) ?? prepare(prototype, family, self) : { mark: installed, put: () => () => {
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
function wrongTarget(target, why, next = "Use a version of the SDK that the README lists") {
  const isObject2 = typeof target === "object" && target !== null;
  const name = typeof target === "function" ? `class ${target.name}` : isObject2 ? "this object" : String(target);
  return new PatchError("ERR_PATCH_TARGET", `overlay() cannot patch ${name}`, why, next);
}
var inUse = /* @__PURE__ */ new WeakMap();
function prepare(prototype, family, self) {
  const { patches, registry, adopt, check } = family.seams(prototype, self);
  const [ofClass, ...ofOthers] = patches;
  const mark = {
    version,
    family: family.name,
    functions: functionsOf(ofClass.members),
    cover(target, options) {
      check?.(options);
      const isInstance = Object.prototype.isPrototypeOf.call(prototype, target);
      if (isInstance) adopt?.(target);
      return cover(isInstance ? registry : void 0, target, options);
    }
  };
  const marked = { ...ofClass.members, [marker]: { value: mark } };
  let removeOthers;
  const kept = /* @__PURE__ */ new Map();
  const removeUnused = () => {
    if (registry?.isActive || kept.size > 0) return;
    removeOthers?.();
    removeOthers = void 0;
    inUse.delete(prototype);
  };
  if (registry !== void 0) {
    registry.onIdle = (ws) => {
      if (!registry.connectionOf(ws).ended) kept.get(ws)?.();
      kept.delete(ws);
      removeUnused();
    };
  }
  const prepared = {
    mark,
    put() {
      const remove = replaceMembers(prototype, ofClass.name, marked);
      try {
        removeOthers ??= replaceAll(ofOthers);
      } catch (error) {
        remove();
        throw error;
      }
      if (registry !== void 0) registry.isActive = true;
      inUse.set(prototype, prepared);
      return () => {
        remove();
        if (registry !== void 0) registry.isActive = false;
        for (const ws of registry?.openInstances ?? []) {
          if (!kept.has(ws)) kept.set(ws, replaceMembers(ws, ofClass.name, marked));
        }
        removeUnused();
      };
    }
  };
  return prepared;
}
function replaceAll(patches) {
  const removers = [];
  const removeAll = () => {
    for (const remove of removers.splice(0).reverse()) remove();
  };
  try {
    for (const { object, name, members } of patches) removers.push(replaceMembers(object, name, members));
  } catch (error) {
    removeAll();
    throw error;
  }
  return removeAll;
}
function functionsOf(members) {
  const entries2 = Object.entries(members).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries2.filter(([, value]) => typeof value === "function"));
}
function cover(registry, target, options) {
  if (typeof target === "function") return setOptions(target.prototype, options);
  const reset = setOptions(target, options);
  try {
    registry?.connectionOf(target);
    return reset;
  } catch (error) {
    reset();
    throw error;
  }
}

// overlays/foreign/globals.ts
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
    const constructed = construct();
    if (constructed instanceof Promise) constructed.catch(() => {
    });
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

// core/ladder.ts
var forceCap = 1e3;
var Ladder = class {
  #state = "open";
  #report;
  #resolve = () => {
  };
  #start = 0;
  #steps = [];
  #forced = false;
  #stepsOver = false;
  /** Ends the step that is being taken. */
  #interrupt = () => {
  };
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
    this.#start = performance.now();
    this.#report = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#limit(budget);
    void this.#climb(steps);
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
    this.#interrupt();
  }
  async #climb(steps) {
    quietly(() => this.#rung.closeDoor());
    for (const step of steps) {
      const taken = this.#forced ? skipped(step.name) : this.#take(step);
      this.#steps.push(taken instanceof Promise ? await taken : taken);
    }
    this.#stepsOver = true;
    for (const release of this.#release) release();
    this.#force();
  }
  /** Runs one step until it ends, its cap is spent, or it is interrupted. */
  #take({ name, cap, ask }) {
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
      this.#interrupt = () => end("timeout");
      ended.then(
        () => end("ok"),
        () => end("failed")
      );
      if (this.#forced) end("timeout");
    });
  }
  /** By callback and not by promises: a thousand things may be forced in one tick. */
  #force() {
    const start = performance.now();
    let release = () => {
    };
    let isOver2 = false;
    const end = (outcome) => {
      if (isOver2) return;
      isOver2 = true;
      release();
      this.#steps.push({ name: "force", outcome, durationMs: outcome === "skipped" ? 0 : performance.now() - start });
      this.#finish(outcome);
    };
    let isEnding = false;
    this.#state = "forcing";
    quietly(() => {
      isEnding = this.#rung.force(() => end("ok"));
    });
    if (!isEnding) end("skipped");
    else if (!isOver2) release = afterForceCap(() => end("timeout"));
  }
  #finish(forced) {
    const abandoned = forced === "timeout" ? ["socket"] : [];
    quietly(() => abandoned.push(...this.#rung.settle()));
    this.#state = "closed";
    this.#resolve({
      outcome: forced === "skipped" ? "graceful" : "forced",
      durationMs: performance.now() - this.#start,
      steps: this.#steps,
      abandoned
    });
  }
};
var batch;
function afterForceCap(expire) {
  if (batch === void 0) {
    const waiting = /* @__PURE__ */ new Set();
    const timer = setTimeout(() => {
      for (const one of waiting) one();
    }, forceCap);
    batch = { waiting, timer };
    queueMicrotask(() => {
      batch = void 0;
    });
  }
  const own = batch;
  own.waiting.add(expire);
  return () => {
    own.waiting.delete(expire);
    if (own.waiting.size > 0) return;
    clearTimeout(own.timer);
    if (batch === own) batch = void 0;
  };
}
var skipped = (name) => ({ name, outcome: "skipped", durationMs: 0 });
function quietly(run) {
  try {
    run();
  } catch {
  }
}

// overlays/client/client-state.ts
var ClientState = class {
  /** Not strongly: a connection lives as long as the SDK's object does. One without a socket can still open another. */
  #connections = /* @__PURE__ */ new Set();
  #pending = /* @__PURE__ */ new Set();
  #collected = new FinalizationRegistry((ref) => this.#connections.delete(ref));
  /** What there was to end when the end began. */
  #ending;
  #reports = [];
  #ladder = new Ladder({
    closeDoor: () => this.#abortPending(),
    force: (ended) => this.#forceAll(ended),
    settle: () => {
      this.#ending = void 0;
      return this.#reports.flatMap((report) => report.abandoned);
    }
  });
  get ended() {
    return this.#ladder.state !== "open";
  }
  get closed() {
    return this.#ladder.state === "closed";
  }
  get connected() {
    return this.#all().some((connection) => connection.connected);
  }
  /** @throws {DisconnectedError} once the client was disconnected */
  admit(call) {
    if (this.ended) throw new DisconnectedError(call, "client");
  }
  add(member) {
    const ref = new WeakRef(member);
    this.#connections.add(ref);
    this.#collected.register(member, ref);
  }
  /** @returns what is to be called when it is over */
  begin(pending) {
    this.#pending.add(pending);
    return () => this.#pending.delete(pending);
  }
  disconnect(budget) {
    const ask = () => this.#endAll(budget);
    return this.#ladder.end(budget, [{ name: "connections", cap: budget.timeout, ask }]);
  }
  #all() {
    return [...this.#connections].map((ref) => ref.deref()).filter((connection) => connection !== void 0);
  }
  #abortPending() {
    const error = new DisconnectedError("request", "client");
    for (const pending of this.#pending) pending.abort(error);
  }
  #endAll(budget) {
    this.#ending ??= this.#all().filter(({ closed }) => !closed);
    if (this.#ending.length === 0) return void 0;
    return Promise.all(this.#ending.map((connection) => connection.disconnect(budget))).then((reports) => {
      this.#reports = reports;
    });
  }
  /** Runs when the budget is spent, and also after it sufficed: then it tells whether a connection had to be forced. */
  #forceAll(ended) {
    const isGraceful = this.#reports.length > 0 && this.#reports.every((report) => report.outcome === "graceful");
    const ending = isGraceful ? void 0 : this.#endAll({ force: true, timeout: 0 });
    void ending?.then(ended);
    return ending !== void 0;
  }
};
var clientKey = /* @__PURE__ */ Symbol.for("hangup.client");
var states = /* @__PURE__ */ new WeakMap();
function clientState(client2) {
  const known = states.get(client2);
  if (known !== void 0) return known;
  const state = new ClientState();
  states.set(client2, state);
  return state;
}

// overlays/foreign/dial.ts
function nodeModules() {
  const { process: process2 } = globalThis;
  const load = (name) => process2?.getBuiltinModule?.(`node:${name}`);
  const diagnostics = load("diagnostics_channel");
  return diagnostics && { diagnostics, dialling: () => [load("tls"), load("net")] };
}
var node = nodeModules();
var created = "undici:request:create";
var sent = "undici:client:sendHeaders";
var Dial = class {
  #request;
  #socket;
  #isSent = false;
  #isReleased = false;
  #isDestroyed = false;
  /** A connection that was kept alive is taken when it is free, which may be later. */
  #onSent = ({ request: request2, socket }) => {
    if (request2 !== this.#request) return;
    this.#socket = socket;
    this.#isSent = true;
    if (this.#isDestroyed) this.destroy();
  };
  /** Runs what dials before it returns. {@link release} has to follow. */
  watch(open) {
    const close = this.expect();
    try {
      return open();
    } finally {
      close();
    }
  }
  /**
   * What dials from now on, until the returned function is called. {@link release} has to follow.
   */
  expect() {
    if (node === void 0) return () => {
    };
    node.diagnostics.subscribe(sent, this.#onSent);
    return this.#openWindow(node);
  }
  #openWindow(modules) {
    const window = {
      // Of two requests in a window the second one is somebody else's.
      onRequest: (request2) => {
        this.#request ??= request2;
      },
      onConnect: (socket) => {
        if (this.#request !== void 0) this.#socket ??= socket;
      },
      // A request with a body dials in a microtask of its own.
      around: (task) => () => {
        if (this.#isReleased || this.#socket !== void 0) return task();
        const close = this.#openWindow(modules);
        try {
          task();
        } finally {
          close();
        }
      }
    };
    return openWindow(modules, window);
  }
  /** The request has been sent, or never will be. */
  release() {
    this.#isReleased = true;
    node?.diagnostics.unsubscribe(sent, this.#onSent);
  }
  /** Nothing of Node's own has dialled. */
  get isEmpty() {
    return this.#request === void 0;
  }
  /** Destroys its connection, unless that has come to serve others. Never throws. */
  destroy() {
    this.#isDestroyed = true;
    if (this.#socket === void 0) return;
    const { connecting: connecting2, secureConnecting, alpnProtocol } = this.#socket;
    if (connecting2 === true || secureConnecting === true) {
      destroy(this.#socket, new Error("disconnected"));
    } else if (this.#isSent && this.#request?.completed === false && alpnProtocol !== "h2") {
      destroy(this.#socket);
    }
  }
};
function destroy(socket, error) {
  socket.on("error", () => {
  });
  socket.destroy(error);
}
var windows = [];
var unwatch = () => {
};
function openWindow(modules, window) {
  if (windows.push(window) === 1) unwatch = watchNode(modules);
  return () => {
    const index = windows.indexOf(window);
    if (index < 0) return;
    windows.splice(index, 1);
    if (windows.length === 0) unwatch();
  };
}
function watchNode({ diagnostics, dialling }) {
  const onCreated = ({ request: request2 }) => windows.at(-1)?.onRequest(request2);
  diagnostics.subscribe(created, onCreated);
  const restores = dialling().map((module2) => {
    const { connect } = module2;
    const observed = (...args) => {
      const socket = connect.apply(module2, args);
      windows.at(-1)?.onConnect(socket);
      return socket;
    };
    return replaceMembers(module2, "connect()", { connect: { value: observed, writable: true } });
  });
  const { queueMicrotask: queueMicrotask2 } = globalThis;
  const queue = (task) => queueMicrotask2(windows.at(-1)?.around(task) ?? task);
  restores.push(replaceMembers(globalThis, "globalThis", { queueMicrotask: { value: queue, writable: true } }));
  return () => {
    diagnostics.unsubscribe(created, onCreated);
    for (const restore of restores) restore();
  };
}

// overlays/client/exchanges.ts
var Exchange = class {
  #controller;
  #dial = new Dial();
  constructor(controller = new AbortController()) {
    this.#controller = controller;
  }
  get signal() {
    return this.#controller.signal;
  }
  /** Ends it: whoever waits for the headers or reads the body is told by this error. */
  end(error) {
    this.#dial.destroy();
    this.#controller.abort(error);
  }
  /** Runs what sends the request, and dials before it returns. */
  dial(open) {
    return this.#dial.watch(open);
  }
  /** The request is about to be sent, in this very tick: for the first time, or once more. */
  expectDial() {
    this.#dial.release();
    this.#dial = new Dial();
    const close = this.#dial.expect();
    queueMicrotask(close);
  }
  /**
   * Ties the exchange to a client: while it is under way, and then as long as any of its streams is in use.
   *
   * @param streams what of the result still reads from the connection; nobody says when a body has been read
   */
  async run(client2, send, streams2) {
    const state = clientState(client2);
    state.admit("request");
    const over = state.begin({ abort: (error) => this.end(error) });
    try {
      const result = await send();
      this.#outlive(client2, streams2(result));
      return result;
    } finally {
      this.#dial.release();
      over();
    }
  }
  #outlive(client2, streams2) {
    if (streams2.length === 0) return;
    const self = new WeakRef(this);
    const over = clientState(client2).begin({ abort: (error) => self.deref()?.end(error) });
    for (const stream of streams2) behind.set(stream, this);
    collected.register(this, over);
  }
};
var behind = /* @__PURE__ */ new WeakMap();
var collected = new FinalizationRegistry((over) => over());
function untilDisconnected(client2, begin) {
  const state = clientState(client2);
  if (state.ended) return handled(Promise.reject(new DisconnectedError("request", "client")));
  const promise = new Promise((resolve, reject) => {
    const abort = (error) => {
      handled(promise);
      reject(error);
    };
    const over = state.begin({ abort });
    begin().then(resolve, reject).finally(over);
  });
  return promise;
}
function handled(promise) {
  promise.catch(() => {
  });
  return promise;
}

// overlays/stainless/requests.ts
function requestMembers(sdk) {
  const members = {
    makeRequest(options, ...more) {
      Promise.resolve(options).catch(() => {
      });
      return untilDisconnected(this, () => sdk.makeRequest.call(this, options, ...more));
    },
    fetchWithTimeout(url, init, ms, controller) {
      const exchange = new Exchange(controller);
      const send = () => exchange.dial(() => sdk.fetchWithTimeout.call(this, url, init, ms, controller));
      return exchange.run(this, send, streamsOf);
    },
    retryRequest(...args) {
      return untilDisconnected(this, () => {
        let backOff2;
        const { setTimeout: setTimeout2 } = globalThis;
        const remember = (callback, ms) => {
          backOff2 = setTimeout2(callback, ms);
          return backOff2;
        };
        const retried = withGlobal("setTimeout", remember, () => sdk.retryRequest.apply(this, args));
        const over = clientState(this).begin({ abort: () => clearTimeout(backOff2) });
        return retried.finally(over);
      });
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}
function streamsOf(response) {
  const { body } = response ?? {};
  return typeof body === "object" && body !== null ? [response, body] : [];
}

// overlays/seams/disconnectable-members.ts
function disconnectableMembers({ rungOf, optionsOf, isInstance }) {
  const members = {
    get connected() {
      const object = this;
      return isInstance(object) && rungOf(object).connected;
    },
    disconnect(force) {
      const timeout = force === true ? 0 : optionsOf(this).timeout;
      return rungOf(this).disconnect(readBudget(force, timeout));
    },
    async [Symbol.asyncDispose]() {
      await this.disconnect();
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}
function connectionMembers(registry) {
  return disconnectableMembers({
    rungOf: (ws) => registry.connectionOf(ws),
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, "socket")
  });
}

// overlays/sockets/socket.ts
var destroyer = /* @__PURE__ */ Symbol("hangup.destroyer");
var CONNECTING = 0;
var OPEN = 1;
var CLOSED = 3;
function onTcpClose(socket, listener) {
  const { _socket: tcp, _receiver: receiver } = socket;
  if (receiver?.writableLength === 0 && !tcp?.readableLength) return;
  if (tcp?.closed) {
    listener();
    return;
  }
  tcp?.prependListener?.("close", () => queueMicrotask(listener));
}
function forceClose(socket) {
  const capable = socket;
  try {
    if (typeof capable._shouldReconnect === "boolean") capable._shouldReconnect = false;
    if (typeof capable.terminate === "function") capable.terminate();
    else if (capable._ws !== void 0) forceClose(capable._ws);
    else {
      capable[destroyer]?.();
      socket.close();
    }
  } catch {
  }
}

// overlays/sockets/native.ts
function openDestroyable(open) {
  const dial = new Dial();
  let socket;
  try {
    socket = dial.watch(open);
  } catch (error) {
    dial.release();
    throw error;
  }
  if (dial.isEmpty || !isNative(socket)) {
    dial.release();
    return socket;
  }
  setMember(socket, destroyer, { value: () => dial.destroy() });
  let hasOpened = false;
  let isOver2 = false;
  const end = () => {
    isOver2 = true;
    dial.release();
    if (!hasOpened) dial.destroy();
    setMember(socket, "readyState", { value: CLOSED });
  };
  socket.addEventListener("open", () => {
    hasOpened = true;
    dial.release();
  });
  socket.addEventListener("close", end);
  socket.addEventListener("error", () => {
    if (hasOpened) return;
    queueMicrotask(() => {
      if (isOver2) return;
      end();
      socket.dispatchEvent(closeEvent());
    });
  });
  return socket;
}
function isNative(socket) {
  return Object.prototype.toString.call(socket) === "[object WebSocket]" && !("terminate" in socket);
}
function closeEvent() {
  return Object.assign(new Event("close"), { code: 1006, reason: "", wasClean: false });
}

// overlays/sockets/find-ws.ts
function nodeModule() {
  const { process: process2 } = globalThis;
  return process2?.versions?.node === void 0 ? void 0 : process2.getBuiltinModule?.("node:module");
}
var isNode = () => nodeModule() !== void 0;
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

// overlays/cartesia/headers.ts
function headerEntries(headers) {
  if (headers instanceof Headers) return [...headers.entries()];
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name, value]);
  return Object.entries(headers ?? {});
}

// overlays/cartesia/package-name.ts
var packageName = "@cartesia/cartesia-js";

// overlays/cartesia/stand-in.ts
function withStandIn(options, configured, self, open) {
  const current = globalThis.WebSocket;
  if (!isNode() || !isAbsentOrNative(current)) return open();
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
var Placeholder = class {
  get [Symbol.toStringTag]() {
    return "WebSocket";
  }
};
function withPlaceholder(configured, self, open) {
  const isNeeded = isNode() && globalThis.WebSocket === void 0;
  if (!isNeeded || (configured ?? installedWs(self)) === void 0) return open();
  return withGlobal("WebSocket", Placeholder, open);
}
function ownSocketClass(open) {
  class Unused {
    addEventListener() {
    }
  }
  const { Socket } = process.getBuiltinModule("node:net");
  const socket = withGlobal("WebSocket", Unused, () => open({ createConnection: () => new Socket() }));
  if (socket instanceof Unused) return void 0;
  socket.addEventListener("error", () => {
  });
  forceClose(socket);
  return socket.constructor;
}
function checkSocketClass(given2, open) {
  if (given2 === void 0) return;
  const what = "the WebSocket option of overlay() cannot be honoured";
  if (!isNode()) {
    const why = "outside Node the SDK takes the global WebSocket";
    throw new PatchError("ERR_PATCH_WEBSOCKET", what, why, "Leave the option out in browsers");
  }
  const own = ownSocketClass(open);
  if (own === void 0 || own === given2) return;
  throw new PatchError(
    "ERR_PATCH_WEBSOCKET",
    what,
    "this build of the SDK has loaded a ws of its own, and the one given is another copy",
    'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)'
  );
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
  const take = (parameter) => {
    const value = address.searchParams.get(parameter);
    address.searchParams.delete(parameter);
    return value;
  };
  const version2 = take("cartesia_version");
  const client2 = take("cartesia_client");
  const apiKey = take("api_key");
  const token = take("access_token") ?? apiKey;
  if (version2 !== null) headers.set("cartesia-version", version2);
  if (client2 !== null) {
    headers.set("user-agent", client2);
    headers.set("x-cartesia-client", client2);
  }
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  return { address, headers };
}

// overlays/cartesia/families/event-stream/members.ts
function eventStreamMembers(sdk, registry, self) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    close(props) {
      return of(this).closeWith(props);
    },
    send(event) {
      of(this).admit("send()");
      sdk.send.call(this, event);
    },
    sendRaw(data) {
      of(this).admit("sendRaw()");
      sdk.sendRaw.call(this, data);
    },
    [Symbol.asyncIterator]() {
      const iterator = sdk[Symbol.asyncIterator].call(this);
      if (of(this).isOver) this._internalEvents._emit("close", this._lastCloseCode, this._lastCloseReason, []);
      return iterator;
    },
    _createSocket(url, headers) {
      const { WebSocket: WebSocket2 } = registry.optionsOf(this);
      const create = () => sdk._createSocket.call(this, url, headers);
      let adapter;
      openDestroyable(() => {
        adapter = withStandIn(this._wsOptions, WebSocket2, self, create);
        return adapter.platformSocket;
      });
      return adapter;
    },
    _connect() {
      const { connection, isNew } = registry.opening(this);
      connection.admit("connect()");
      if (isNew) connection.watchBackOff();
      const socket = sdk._connect.call(this);
      connection.attach(socket.platformSocket, registry.optionsOf(this));
      return socket;
    },
    async _reconnect(closeCode) {
      if (!of(this).isOver) await sdk._reconnect.call(this, closeCode);
    },
    _emitPermanentClose(code, reason) {
      of(this).finish(() => sdk._emitPermanentClose.call(this, code, reason));
    },
    _onError(event, message, cause) {
      of(this).report(event, message, cause);
    }
  };
  return { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
function resourceMembers(sdk, self) {
  const members = {
    websocket(...args) {
      return withPlaceholder(optionsFor(this._client).WebSocket, self, () => sdk.websocket.apply(this, args));
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/cartesia/families/client/members.ts
function clientMembers() {
  return disconnectableMembers({
    rungOf: clientState,
    optionsOf: (client2) => optionsFor(client2),
    isInstance: () => true
  });
}

// overlays/cartesia/families/client/family.ts
var sttNames = ["autoFinalize", "manualFinalize"];
var client = {
  name: "client",
  required: ["fetchWithTimeout", "makeRequest", "retryRequest"],
  connectionsBehind: ({ tts, stt }) => {
    const resources = sttNames.map((name) => stt?.[name]).filter((resource) => resource !== void 0);
    return [
      catchInstance("_contextQueues", () => tts.websocket()),
      ...resources.map((resource) => catchInstance("_isReconnecting", () => openUnseen(resource)))
    ].filter((ws) => ws !== void 0);
  },
  seams: (prototype, self) => {
    const members = { ...clientMembers(), ...requestMembers(snapshot(prototype)) };
    return { patches: [{ object: prototype, name: "the client", members }, ...resourcePatches(prototype, self)] };
  }
};
var openUnseen = (resource) => typeof WebSocket === "undefined" ? withGlobal("WebSocket", class {
}, () => resource.websocket()) : resource.websocket();
function resourcePatches(prototype, self) {
  const { TTS, STT } = prototype.constructor;
  const name = "websocket()";
  const speech = TTS && { object: TTS.prototype, name, members: speechMembers(snapshot(TTS.prototype)) };
  const transcription = [STT?.AutoFinalize, STT?.ManualFinalize].filter((Class) => Class !== void 0);
  return [
    ...speech === void 0 ? [] : [speech],
    ...transcription.map(({ prototype: object }) => ({
      object,
      name,
      members: resourceMembers(snapshot(object), self)
    }))
  ];
}
function speechMembers(sdk) {
  const members = {
    async websocket(...args) {
      return sdk.websocket.apply(this, args);
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/connection/registry.ts
var Registry = class {
  /** The class has its seams. Without them only connections from before are served. */
  isActive = false;
  /** Called when an instance has lost its last socket. */
  onIdle = () => {
  };
  #family;
  #connections = /* @__PURE__ */ new WeakMap();
  /** Every instance that has a socket which has not closed. */
  #open = /* @__PURE__ */ new Set();
  constructor(family) {
    this.#family = family;
  }
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
    return connection;
  }
  /** Before the SDK opens a socket. @throws {DisconnectedError} when the client or the connection was disconnected */
  opening(ws) {
    this.#clientOf(ws)?.admit("websocket()");
    const known = this.#connections.get(ws);
    const connection = known ?? this.#make(ws);
    if (known === void 0) this.#track(ws, connection);
    return { connection, isNew: known === void 0 };
  }
  #make(ws) {
    return this.#family.make(ws, {
      onBusy: () => this.#open.add(ws),
      onIdle: () => {
        this.#open.delete(ws);
        this.onIdle(ws);
      }
    });
  }
  #track(ws, connection) {
    this.#connections.set(ws, connection);
    this.#clientOf(ws)?.add(connection);
  }
  #clientOf(ws) {
    const client2 = this.#family.clientOf(ws);
    return client2 && clientState(client2);
  }
  get openInstances() {
    return [...this.#open];
  }
  /** The options for an instance: of its classes from the base on, of its client, and its own. */
  optionsOf(ws) {
    const prototypes = [];
    for (let at = Object.getPrototypeOf(ws); at !== null; at = Object.getPrototypeOf(at)) prototypes.unshift(at);
    return optionsFor(...prototypes, this.#family.clientOf(ws), ws);
  }
};

// overlays/sockets/watch.ts
function isWsSocket(socket) {
  const { ping, listeners } = socket;
  return typeof ping === "function" && typeof listeners === "function";
}
function onClose(socket, order, listener) {
  if (!isWsSocket(socket)) {
    socket.addEventListener("close", listener);
    return;
  }
  const add = order === "first" ? socket.prependListener : socket.on;
  add.call(socket, "close", (code, reason) => listener({ code, reason }));
}
function guardMessages(socket, onThrow) {
  if (!isWsSocket(socket)) return;
  const [listener] = socket.listeners("message");
  if (listener === void 0) return;
  const handle = listener.bind(socket);
  socket.off("message", listener);
  socket.prependListener("message", (data, isBinary) => {
    try {
      handle(data, isBinary);
    } catch (error) {
      if (!onThrow(data, error)) throw error;
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

// overlays/connection/connection.ts
var caps = { cancel: 500, drain: 500, close: 1e3 };
var Connection = class {
  #ladder = this.#newLadder();
  #occupancy;
  /** The sockets that have not closed, one, or during a reconnect two, and what stops the timers of each. */
  #sockets = /* @__PURE__ */ new Map();
  /** The socket whose streams were ended last: one that another has replaced is not asked about again. */
  #dropped;
  #abandoned = [];
  /** Called, once, when the last socket is lost. */
  #idleListeners = [];
  constructor(occupancy) {
    this.#occupancy = occupancy;
  }
  // -- state --
  get ended() {
    return this.#ladder.state !== "open";
  }
  get closed() {
    return this.#ladder.state === "closed";
  }
  get connected() {
    return !this.ended && this.socket?.readyState === OPEN;
  }
  /** It has no socket that could keep the process alive. */
  get idle() {
    return this.#sockets.size === 0;
  }
  /** @throws {DisconnectedError} once the door is closed */
  admit(call) {
    if (this.ended) throw new DisconnectedError(call);
  }
  /** Opens the door again, for SDKs whose `connect()` may follow their `disconnect()`. */
  reopen() {
    this.#ladder = this.#newLadder();
    this.#abandoned = [];
  }
  // -- sockets --
  /**
   * Takes over a socket that the SDK has just opened.
   *
   * @param order when streams are cut: before or after the SDK's own listeners learn that the socket has closed
   * @throws {TypeError} when it cannot send heartbeats
   */
  attachSocket(socket, options, order = "last") {
    const { connectTimeout, heartbeat } = options;
    const stops = [];
    if (heartbeat !== void 0) stops.push(this.#beat(socket, heartbeat));
    this.#sockets.set(socket, stops);
    this.faults.lastError = void 0;
    onClose(socket, order, (end) => {
      this.drop(socket, end);
      this.#lose(socket);
    });
    onPeerClosing(socket, (code, reason) => {
      if (this.ended) return;
      this.drop(socket, { code, reason });
      const timer = setTimeout(() => forceClose(socket), caps.close);
      stops.push(() => clearTimeout(timer));
    });
    this.guard(socket);
    if (socket.readyState === CONNECTING) stops.push(this.#limitHandshake(socket, connectTimeout));
    this.#occupancy.onBusy();
  }
  /** Takes over the socket of a live instance. */
  adoptSocket(options) {
    const { socket } = this;
    if (socket !== void 0 && socket.readyState !== CLOSED) this.attachSocket(socket, options);
  }
  /** Keeps a message listener of the SDK's from ending the process when it throws. */
  guard(socket) {
    guardMessages(socket, (frame, error) => this.onUnreadable(frame, error));
  }
  /** The handshake of the socket is over. */
  onOpen() {
  }
  /** It can keep the process alive no longer. */
  #lose(socket) {
    for (const stop of this.#sockets.get(socket) ?? []) stop();
    if (!this.#sockets.delete(socket) || !this.idle) return;
    this.#occupancy.onIdle();
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }
  /** A listener of the app's threw while it was told of the end: who comes after it does not learn of it. */
  loseClosed() {
    for (const socket of this.#sockets.keys()) if (socket.readyState === CLOSED) this.#lose(socket);
  }
  #beat(socket, heartbeat) {
    return startHeartbeat(socket, heartbeat, () => {
      this.faults.lastError = new HangupError("ERR_HEARTBEAT", `no pong within ${heartbeat.timeout} ms`);
      onTcpClose(socket, () => {
        this.drop(socket, { code: 1006 });
        this.#lose(socket);
      });
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
      this.onOpen();
    });
    return () => clearTimeout(timer);
  }
  /** The socket is lost to its streams: the peer has begun to close it, or it has closed, or another one replaces it. */
  drop(socket, end = {}) {
    if (socket !== this.socket || socket === this.#dropped) return;
    this.#dropped = socket;
    if (this.ended) this.forgetStreams();
    else this.cutStreams(end);
  }
  // -- the ladder --
  #newLadder() {
    return new Ladder({
      closeDoor: () => this.endStreams(),
      force: (ended) => this.#force(ended),
      settle: () => [...this.#abandoned, ...this.unsettled()]
    });
  }
  disconnect(budget) {
    return this.#ladder.end(budget, [...this.politeSteps(), this.#closeStep(() => this.sendClose())]);
  }
  /** The SDK's own `close()`: its close frame in this tick, and bounded. */
  close(sdkClose) {
    return this.#ladder.end({ force: false, timeout: caps.close }, [this.#closeStep(sdkClose)]);
  }
  #closeStep(close) {
    const ask = () => {
      if (this.idle) return void 0;
      const idle = new Promise((resolve) => this.#idleListeners.push(resolve));
      close();
      return idle;
    };
    return { name: "close", cap: caps.close, ask };
  }
  #force(ended) {
    if (this.idle) return false;
    this.#abandoned = this.unfinished();
    let isForcing = true;
    this.#idleListeners.push(() => isForcing ? void setTimeout(ended) : ended());
    for (const socket of this.#sockets.keys()) {
      onTcpClose(socket, () => this.#lose(socket));
      forceClose(socket);
    }
    isForcing = false;
    return true;
  }
};

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
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}\u2026` : clean;
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

// overlays/connection/faults.ts
var Faults = class {
  /** Why the current socket is lost: the cause of what ends because of it. */
  lastError;
  /** Whoever opened the connection learns of its faults by the handshake's failure. */
  isConnecting = false;
  #hasWarned = false;
  #secrets;
  /** @param secrets the client's keys and tokens as they are now; what is no string is passed over */
  constructor(secrets) {
    this.#secrets = secrets;
  }
  /** The error for a stream that the peer or the network ended before its own end message. */
  streamEnded(stream, end) {
    const { contextId, phase } = stream;
    const closeReason = end.reason === void 0 ? void 0 : this.scrub(String(end.reason));
    const closed = `the connection closed${end.code === void 0 ? "" : ` with code ${end.code}`}`;
    const said = closeReason ? ` (${JSON.stringify(closeReason)})` : "";
    const what = contextId === void 0 ? "the stream" : `context ${contextId}`;
    return new StreamEndedError(`${end.what ?? closed}${said} before ${what} was done`, {
      closeCode: end.code,
      closeReason,
      contextId,
      phase,
      cause: this.clean(end.cause ?? this.lastError)
    });
  }
  /** Why a handshake failed, from what the socket reported. */
  connectFailure(event) {
    if (this.lastError instanceof HangupError) return this.lastError;
    const { error } = event ?? {};
    const cause = this.clean(error ?? event);
    if (cause !== void 0 && cause.message !== "") return cause;
    return new HangupError("ERR_CONNECT", "the connection failed, and the socket does not say why", cause && { cause });
  }
  /** For a fault of which nobody learns otherwise: once a connection, lest a bad peer floods the log. */
  warn(message) {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const text = `hangup: ${this.scrub(message)}; nothing listens for errors on this connection`;
    if (typeof process === "undefined" || process.emitWarning === void 0) console.warn(text);
    else process.emitWarning(text, "HangupWarning");
  }
  /** @param maxLength characters; 200 by default */
  scrub(text, maxLength) {
    return scrub(text, this.#strings(), maxLength);
  }
  clean(error) {
    return scrubError(error, this.#strings());
  }
  #strings() {
    return this.#secrets().filter((secret) => typeof secret === "string");
  }
};

// overlays/cartesia/families/source-router/stream.ts
var streams = /* @__PURE__ */ new WeakMap();
function streamOf(source) {
  return streams.get(source);
}
var Stream = class {
  source;
  contextId;
  /** The class's own members. */
  #sdk;
  #hasStarted = false;
  #cause;
  #waiting = [];
  #wake = () => {
    for (const wake of this.#waiting.splice(0)) wake();
  };
  constructor(source, contextId, sdk) {
    this.source = source;
    this.contextId = contextId;
    this.#sdk = sdk;
    streams.set(source, this);
  }
  get phase() {
    return this.#hasStarted ? "between-chunks" : "first-chunk";
  }
  deliver(audio) {
    if (this.#cause !== void 0 || audio.length === 0) return;
    this.#hasStarted = true;
    this.#sdk.push.call(this.source, audio);
  }
  /** The provider's own end. */
  finish() {
    this.#sdk.markDone.call(this.source);
  }
  /** Ended by us: what was not read is dropped, and reads return 0. */
  drop() {
    this.source.buffers.length = 0;
    this.finish();
  }
  /** What has arrived can still be read; after that, every read rejects. */
  fail(cause) {
    cause.samplesRead = 0;
    this.#cause = cause;
    if (this.#isAwaitedBySdk) this.#failReadOfSdk(cause);
    else this.finish();
  }
  /** By a read from before it was overlaid. */
  get #isAwaitedBySdk() {
    const { waiter } = this.source;
    return waiter !== null && waiter !== this.#wake;
  }
  #failReadOfSdk(cause) {
    const { source } = this;
    const rethrow = () => {
      throw cause;
    };
    setMember(source, "isDone", { get: rethrow, set: () => {
    }, enumerable: true });
    this.finish();
    queueMicrotask(() => setMember(source, "isDone", { value: true, writable: true, enumerable: true }));
  }
  async read(out) {
    const { source } = this;
    while (source.buffers.length === 0 && !source.isDone) await this.#arrival();
    if (source.buffers.length === 0 && this.#cause !== void 0) throw this.#cause;
    return this.#sdk.read.call(source, out);
  }
  #arrival() {
    const { source } = this;
    if (this.#isAwaitedBySdk) this.#waiting.push(source.waiter);
    source.waiter = this.#wake;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
};

// overlays/cartesia/families/source-router/streams.ts
var Streams = class {
  /** Those that have not ended. */
  #open = /* @__PURE__ */ new Set();
  /** What we ended before the provider did, by name. */
  unfinished = [];
  #ws;
  /** The class's own members. */
  #sdk;
  #faults;
  constructor(ws, sdk, faults) {
    this.#ws = ws;
    this.#sdk = sdk;
    this.#faults = faults;
  }
  /** The SDK has made a source for a request. */
  enter(contextId) {
    const source = this.#ws.sources.get(contextId);
    if (source !== void 0) this.#open.add(new Stream(source, contextId, this.#sdk));
  }
  /** Those of a live instance. */
  adopt() {
    for (const [contextId, { isDone: isDone2 }] of this.#ws.sources) if (!isDone2) this.enter(contextId);
  }
  // -- messages --
  /**
   * Follows `handleMessage` (4.2.0: lines 141-170), also in what it prints; and besides, a fault ends whom it concerns
   * with its cause, and one that names no context not just the first source that there ever was.
   */
  receive(frame) {
    let message;
    try {
      message = JSON.parse(String(frame));
      this.#route(message);
    } catch (error) {
      console.error("Error parsing message:", error);
      if (message !== null)
        this.#fail(message?.context_id, "the provider sent a message that the SDK cannot read", error);
    }
  }
  #route(message) {
    const { sources, defaultSource } = this.#ws;
    const contextId = message.context_id;
    const source = (contextId ? sources.get(contextId) : void 0) ?? defaultSource;
    if (message.type === "chunk") {
      const audio = decode(message.data);
      if (source !== null) deliver(source, audio);
    } else if (message.type === "done") {
      if (source !== null) this.#finish(source);
    } else if (message.type === "error") {
      console.error("Server error:", message);
      const cause = new Error(this.#faults.scrub(JSON.stringify(message), 500));
      this.#fail(contextId, "the provider reported an error", cause);
    }
  }
  /** Of several requests on one context, the SDK knows the last; the end of the context is that of all. */
  #finish(source) {
    const contextId = streamOf(source)?.contextId;
    source.markDone();
    for (const stream of this.#open) {
      if (stream.source !== source && stream.contextId !== contextId) continue;
      this.#open.delete(stream);
      stream.finish();
    }
  }
  #fail(contextId, what, cause) {
    for (const stream of this.#concerned(contextId)) {
      this.#open.delete(stream);
      stream.fail(this.#faults.streamEnded(stream, { what, cause }));
    }
  }
  /** The streams of the context that is named; where none is, or none that is known, the only open one. */
  #concerned(contextId) {
    const open = this.#notDone();
    if (this.#ws.sources.has(contextId)) return open.filter((stream) => stream.contextId === contextId);
    return open.length === 1 ? open : [];
  }
  /** `markDone()` is public: a user's call ends a stream, too. */
  #notDone() {
    return [...this.#open].filter(({ source }) => !source.isDone);
  }
  // -- ends --
  /** The connection is lost. */
  cut(end) {
    for (const stream of this.#notDone()) stream.fail(this.#faults.streamEnded(stream, end));
    this.#open.clear();
  }
  /** Ended by us. */
  drop() {
    const open = this.#notDone();
    this.unfinished = open.map(({ contextId }) => `context ${contextId}`);
    for (const stream of open) stream.drop();
    this.#open.clear();
  }
  forgetUnfinished() {
    this.unfinished = [];
  }
  /** Before another socket is opened: what was said on the one before concerns nobody. */
  forget() {
    this.forgetUnfinished();
    this.#ws.sources.clear();
    this.#ws.defaultSource = null;
  }
};
function deliver(source, audio) {
  const stream = streamOf(source);
  if (stream === void 0) source.push(audio);
  else stream.deliver(audio);
}
function decode(data) {
  if (typeof data === "string") return Buffer.from(data, "base64");
  throw new TypeError(`the audio of a chunk is ${data === null ? "null" : `of type ${typeof data}`}`);
}

// overlays/cartesia/families/source-router/connection.ts
var SourceConnection = class extends Connection {
  faults;
  streams;
  #ws;
  #sdk;
  #resolveOptions;
  #attempt;
  #report;
  /** Counts `disconnect()` calls: a `connect()` that waits for an earlier one to end must not outlive a later one. */
  #ends = 0;
  /** How the last socket was lost. */
  #lost = {};
  constructor(ws, sdk, occupancy, resolveOptions) {
    super(occupancy);
    this.#ws = ws;
    this.#sdk = sdk.wrapper;
    this.#resolveOptions = resolveOptions;
    this.faults = new Faults(() => [ws.client?.apiKey]);
    this.streams = new Streams(ws, sdk.source, this.faults);
  }
  get socket() {
    return this.#ws.socket ?? void 0;
  }
  // -- connecting --
  connect() {
    if (this.#attempt !== void 0) return this.#attempt.promise;
    if (this.connected) return Promise.resolve();
    let fail = () => {
    };
    const failed = new Promise((_, reject) => {
      fail = reject;
    });
    const promise = Promise.race([this.#dial(), failed]).finally(() => {
      this.#attempt = void 0;
    });
    this.#attempt = { promise, fail };
    return promise;
  }
  async #dial() {
    const { socket: before } = this;
    if (!this.ended && !this.idle && before !== void 0) {
      this.drop(before);
      this.#report = super.disconnect({ force: true, timeout: 0 });
    }
    if (this.ended) {
      const ends = this.#ends;
      await this.#report;
      if (ends !== this.#ends) throw new DisconnectedError("connect()");
      this.reopen();
    }
    this.streams.forget();
    this.#ws.socket = null;
    const opened = this.#sdk.connect.call(this.#ws);
    const { socket } = this.#ws;
    try {
      if (socket !== null) this.#attach(socket, this.#resolveOptions());
      await opened;
    } catch (error) {
      opened.catch(() => {
      });
      if (socket !== null) forceClose(socket);
      if (this.#ws.socket === socket) this.#ws.socket = null;
      throw this.ended ? new DisconnectedError("connect()") : this.faults.connectFailure(error);
    }
  }
  #attach(socket, options) {
    this.attachSocket(socket, options, "first");
    socket.addEventListener("error", ({ error }) => {
      this.faults.lastError ??= this.faults.clean(error);
    });
  }
  adopt(options) {
    const { socket } = this;
    if (socket !== void 0 && socket.readyState !== CLOSED) this.#attach(socket, options);
    this.streams.adopt();
  }
  // -- sending --
  async send(request2) {
    if (this.#attempt !== void 0) await this.#attempt.promise;
    this.admit("send()");
    const { socket } = this.#ws;
    if (socket === null || socket.readyState === CONNECTING) return this.#sdk.send.call(this.#ws, request2);
    const contextId = request2.contextId || crypto.randomUUID();
    if (socket.readyState !== OPEN) {
      throw this.faults.streamEnded({ contextId, phase: "first-chunk" }, this.#lost);
    }
    const named = { contextId: { value: contextId, enumerable: true } };
    const sending = this.#sdk.send.call(this.#ws, request2.contextId ? request2 : Object.create(request2, named));
    this.streams.enter(contextId);
    return sending;
  }
  // -- what the ladder asks --
  disconnect(budget) {
    this.#ends++;
    this.#report = super.disconnect(budget);
    this.#attempt?.fail(new DisconnectedError("connect()"));
    return this.#report;
  }
  /** Closing is how the SDK ends its contexts: there is nothing to ask before. */
  politeSteps() {
    return [];
  }
  sendClose() {
    this.#sdk.disconnect.call(this.#ws);
  }
  endStreams() {
    this.streams.drop();
  }
  cutStreams(end) {
    this.#lost = end;
    this.streams.cut(end);
  }
  forgetStreams() {
    this.streams.forgetUnfinished();
  }
  unfinished() {
    return this.streams.unfinished;
  }
  unsettled() {
    return [];
  }
  /** The SDK catches what it throws itself. */
  onUnreadable() {
    return false;
  }
};

// overlays/cartesia/handled.ts
function handled2(promise) {
  promise.catch(() => {
  });
  return promise;
}

// overlays/cartesia/families/source-router/members.ts
function wrapperMembers(registry) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    async connect() {
      return registry.opening(this).connection.connect();
    },
    handleMessage(frame) {
      const { ended, streams: streams2 } = of(this);
      if (!ended) streams2.receive(frame);
    },
    send(request2) {
      return handled2(of(this).send(request2));
    }
  };
  return { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
function sourceMembers(sdk) {
  const members = {
    read(out) {
      const stream = this.buffers.length > 0 ? void 0 : streamOf(this);
      return stream === void 0 ? sdk.read.call(this, out) : stream.read(out);
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/cartesia/families/source-router/family.ts
var sourceRouter = {
  name: "source-router",
  required: ["handleMessage", "connect", "send", "disconnect"],
  seams(prototype) {
    const source = sourcePrototype(prototype);
    const sdk = { wrapper: snapshot(prototype), source: snapshot(source) };
    const registry = new Registry({
      make: (ws, occupancy) => new SourceConnection(ws, sdk, occupancy, () => registry.optionsOf(ws)),
      clientOf: (ws) => ws.client
    });
    return {
      registry,
      patches: [
        { object: prototype, name: "WebSocketWrapper", members: wrapperMembers(registry) },
        { object: source, name: "AudioSource", members: sourceMembers(sdk.source) }
      ],
      check({ WebSocket: WebSocket2 }) {
        if (WebSocket2 === void 0) return;
        throw new PatchError(
          "ERR_PATCH_WEBSOCKET",
          "the WebSocket option of overlay() cannot be honoured",
          "WebSocketWrapper loads ws by itself and takes no other",
          "Leave the option out"
        );
      }
    };
  }
};
function sourcePrototype(prototype) {
  const sources = /* @__PURE__ */ new Map();
  const nowhere = { sources, defaultSource: null, socket: { send() {
  } } };
  prototype.send.call(nowhere, { contextId: "none" }).catch(() => {
  });
  const [source] = sources.values();
  const { read: read2, push, markDone, buffers, isDone: isDone2, waiter } = source ?? {};
  const isKnown = [read2, push, markDone].every((member) => typeof member === "function");
  if (isKnown && Array.isArray(buffers) && isDone2 === false && waiter === null) {
    return Object.getPrototypeOf(source);
  }
  throw wrongTarget(prototype, "send() makes no source of the kind that hangup knows");
}
function wrapperBehind(client2) {
  return client2.tts.websocket({});
}

// overlays/cartesia/families/compat-client/family.ts
var compatClient = {
  name: "compat-client",
  required: ["constructor"],
  prototypeOf(instance) {
    const { client: client2 } = instance;
    const isShell = typeof client2 === "object" && client2 !== null && "makeRequest" in client2;
    return isShell && Object.hasOwn(instance, "voiceChanger") ? Object.getPrototypeOf(instance) : void 0;
  },
  connectionsBehind: (shell) => [shell.client, wrapperBehind(shell)],
  seams: (prototype) => ({ patches: [{ object: prototype, name: "the client", members: shellMembers() }] })
};
function shellMembers() {
  return disconnectableMembers({
    rungOf: ({ client: client2 }) => clientState(client2),
    optionsOf: (shell) => optionsFor(shell.client, shell),
    isInstance: ({ client: client2 }) => client2 !== void 0
  });
}

// overlays/cartesia/secrets.ts
function secretsOf(client2, options, parameters = {}) {
  const given2 = headerEntries(options?.headers).filter(([name]) => /^authorization$/i.test(name));
  const tokens = given2.map(([, value]) => String(value).replace(/^\S+\s+/, ""));
  return [client2?.apiKey, client2?.token, ...tokens, parameters.api_key, parameters.access_token];
}

// overlays/cartesia/families/context-router/faults.ts
var ContextFaults = class extends Faults {
  #streams;
  constructor(ws, streams2) {
    super(() => secretsOf(ws.client, ws._wsOptions));
    this.#streams = streams2;
  }
  /** The SDK reports a fault. Returns whether somebody learns of it without a listener. */
  onError(event, message, cause) {
    if (event !== null) return this.#onErrorEvent(event);
    if (isSocketError(cause)) {
      this.lastError ??= this.clean(cause.error ?? cause);
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
  onFrame(frame, error) {
    const event = parse(frame);
    if (!isObject(event)) return isAboutNoObject(error);
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
  /** An event of the provider's as text, without the client's secrets. */
  describe(event) {
    return this.scrub(JSON.stringify(event), Number.POSITIVE_INFINITY);
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
function isObject(event) {
  return typeof event === "object" && event !== null;
}
function isAboutNoObject(error) {
  return error instanceof TypeError && error.message.includes("'in' operator");
}
function isPeerFault({ type, data }) {
  return type === "chunk" && typeof data !== "string" || typeof type === "string" && type in Object.prototype;
}

// overlays/cartesia/families/context-router/consumers.ts
var ContextQueue = class {
  contextId;
  queue;
  /** `receive()` loops that have begun and have not ended. */
  readers = 0;
  /** Why the stream was cut; every later read throws it. */
  cause;
  #started = false;
  #waiters = [];
  #wake = () => {
    this.#started ||= this.queue.length > 0;
    for (let waiter = this.#waiters.pop(); waiter !== void 0; waiter = this.#waiters.pop()) waiter();
  };
  #ws;
  /** @param entry what the SDK has kept so far: its queue and the loop that waits there are taken over */
  constructor(ws, contextId, entry = { queue: [], resolve: null }) {
    this.#ws = ws;
    this.contextId = contextId;
    this.queue = entry.queue;
    if (entry.resolve === null) return;
    this.#waiters.push(entry.resolve);
    this.readers = 1;
  }
  get resolve() {
    return this.#waiters.length === 0 ? null : this.#wake;
  }
  /** The SDK sets `null` after it has called what is here: it is gone by then. */
  set resolve(waiter) {
    if (waiter !== null) this.#waiters.push(waiter);
  }
  /** A `receive()` loop has begun. */
  enter() {
    this.readers += 1;
    this.#started ||= this.queue.length > 0;
  }
  get phase() {
    return this.#started || this.queue.length > 0 ? "between-chunks" : "first-chunk";
  }
  /** The stream's own end message has arrived, read or not. */
  get isComplete() {
    const last = this.queue.at(-1);
    return last?.type === "done" || last?.type === "error";
  }
  get isRegistered() {
    return this.#ws._contextQueues.get(this.contextId) === this;
  }
  deliver(event) {
    this.queue.push(event);
    this.#wake();
  }
  end(cause) {
    if (cause === void 0) {
      if (this.isRegistered) this.#ws._contextQueues.delete(this.contextId);
    } else if (this.cause === void 0) {
      this.cause = cause;
      throwWhenDrained(this.queue, cause);
    }
    this.#wake();
  }
  /** Lets a `receive()` that comes after the cut find what had arrived, and then the cause. */
  restore() {
    const queues = this.#ws._contextQueues;
    if (this.cause !== void 0 && !queues.has(this.contextId)) queues.set(this.contextId, this);
  }
};
var cut = Object.freeze({});
function throwWhenDrained(queue, cause) {
  queue.push(cut);
  const value = () => {
    if (queue[0] === cut) throw cause;
    return Array.prototype.shift.call(queue);
  };
  setMember(queue, "shift", { value, writable: true });
}

// overlays/cartesia/families/context-router/streams.ts
var Streams2 = class {
  /** Contexts to which something was sent and for which no `done` or `error` has come. */
  inFlight = /* @__PURE__ */ new Set();
  /** Consumers with a loop that has begun and has not ended. */
  #loops = /* @__PURE__ */ new Set();
  /** By context: ends what was cancelled and has not ended by itself. */
  #graces = /* @__PURE__ */ new Map();
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
  /** What stands for a context; an entry of the SDK's own, from before the overlay, is replaced. */
  queueOf(contextId, entry) {
    if (entry instanceof ContextQueue) return entry;
    const queue = new ContextQueue(this.#ws, contextId, entry);
    this.#ws._contextQueues.set(contextId, queue);
    return queue;
  }
  #registered(contextId) {
    const entry = this.#ws._contextQueues.get(contextId);
    return entry && this.queueOf(contextId, entry);
  }
  // -- loops --
  /** A loop has begun. */
  enter(consumer) {
    if (consumer instanceof ContextQueue) consumer.enter();
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
  // -- the provider --
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
      const isDone2 = grace > 0 && !this.inFlight.has(contextId);
      for (const loop of loops()) if (!isDone2 || loop instanceof ContextQueue) loop.end();
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
  // -- who is told --
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
  // -- ends --
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
  // -- waiting --
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

// overlays/cartesia/families/context-router/connection.ts
var RouterConnection = class extends Connection {
  streams;
  faults;
  #ws;
  /** Sends that wait for the handshake. */
  #held = /* @__PURE__ */ new Set();
  /** Contexts cancelled during the handshake: nothing more is said to them until it is over. */
  #cancelledEarly = /* @__PURE__ */ new Set();
  constructor(ws, occupancy) {
    super(occupancy);
    this.#ws = ws;
    this.streams = new Streams2(ws);
    this.faults = new ContextFaults(ws, this.streams);
  }
  get socket() {
    return this.#ws.socket;
  }
  // -- sockets --
  adopt(options) {
    if (this.#ws.socket.readyState !== CLOSED) this.attach(options);
    this.streams.adopt();
  }
  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(options) {
    this.#cancelledEarly.clear();
    try {
      this.attachSocket(this.#ws.socket, options);
    } catch (error) {
      this.#ws._ready.catch(() => {
      });
      forceClose(this.#ws.socket);
      throw error;
    }
    const ready = this.#ws._ready.catch((event) => {
      throw this.ended ? new DisconnectedError("connect()") : this.faults.connectFailure(event);
    });
    ready.catch(() => {
    });
    this.#ws._ready = ready;
  }
  onOpen() {
    this.#cancelledEarly.clear();
  }
  /** Before the SDK dials again. Loops that have begun since the drop wait for the connection that is about to come. */
  beforeReconnect() {
    this.drop(this.#ws.socket);
    this.streams.clearCut();
  }
  // -- sending --
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
  #cancelAll() {
    for (const context_id of this.streams.inFlight) {
      if (!this.#postCancel({ cancel: true, context_id })) return void 0;
    }
    return this.streams.whenNothingInFlight();
  }
  // -- what the ladder asks --
  politeSteps() {
    return [
      { name: "cancel", cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: "drain", cap: caps.drain, ask: () => this.streams.whenNoLoops() }
    ];
  }
  sendClose() {
    this.#ws.socket.close(1e3, "OK");
  }
  endStreams() {
    this.streams.end();
  }
  cutStreams(end) {
    this.streams.cut((consumer) => this.faults.streamEnded(consumer, end));
  }
  forgetStreams() {
    this.streams.forget();
  }
  unfinished() {
    return [...this.streams.inFlight].map((contextId) => `context ${contextId}`);
  }
  unsettled() {
    return this.streams.loops.map((contextId) => `receive loop of context ${contextId}`);
  }
  onUnreadable(frame, error) {
    return this.faults.onFrame(frame, error);
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
    this.#wakeLoop();
  }
  /** With a cause, what had arrived is delivered first; without one it is dropped. */
  end(cause) {
    if (this.#ended) return;
    this.#ended = true;
    this.#cause = cause;
    if (cause === void 0) this.#queue = [];
    this.#wakeLoop();
  }
  #wakeLoop() {
    const wake = this.#wake;
    this.#wake = void 0;
    wake?.();
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

// overlays/cartesia/families/context-router/members.ts
function ttswsMembers(sdk, registry, self) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    close(props) {
      return of(this).close(() => sdk.close.call(this, props));
    },
    async connect() {
      of(this).admit("connect()");
      return sdk.connect.call(this);
    },
    _initSocket(options) {
      const { WebSocket: WebSocket2 } = registry.optionsOf(this);
      const { connection, isNew } = registry.opening(this);
      connection.admit("connect()");
      if (isNew) connection.streams.listen();
      openDestroyable(() => {
        withStandIn(options, WebSocket2, self, () => sdk._initSocket.call(this, options));
        return this.socket;
      });
      connection.attach(registry.optionsOf(this));
    },
    /** Follows lines 412-427, and besides: dials once for all who wait, keeps contexts not begun yet, never after the end. */
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
      return handled2(sendGuarded.call(this, event));
    },
    /** Follows lines 313-359; the queue is a mailbox, which can be ended. */
    async *generate(request2, options) {
      const connection = of(this);
      connection.admit("generate()");
      const contextId = request2.context_id ?? crypto.randomUUID();
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
        await this.send({ ...request2, context_id: contextId }).catch((error) => {
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
      const entry = this._contextQueues.get(context.contextId);
      if (entry !== void 0) entries.set(context, entry);
      return context;
    },
    _registerContext(contextId) {
      if (of(this).ended) return;
      sdk._registerContext.call(this, contextId);
      this._contextQueues.set(contextId, new ContextQueue(this, contextId));
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
  return { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
var entries = /* @__PURE__ */ new WeakMap();
function contextMembers(sdk, registry) {
  const queueOf = (context) => {
    const { contextId, _ws } = context;
    const entry = entries.get(context) ?? _ws._contextQueues.get(contextId);
    return entry && registry.connectionOf(_ws).streams.queueOf(contextId, entry);
  };
  const guarded = (name) => function(options) {
    if (!registry.serves(this._ws)) return sdk[name].call(this, options);
    const cause = queueOf(this)?.cause;
    return handled2(
      cause === void 0 ? sdk[name].call(this, options) : Promise.reject(cause)
    );
  };
  const members = {
    push: guarded("push"),
    send: guarded("send"),
    flush: guarded("flush"),
    no_more_inputs: guarded("no_more_inputs"),
    /** The SDK's loop. It begins where it reads its time-out: once, before anything else (line 117). */
    receive(options) {
      if (!registry.serves(this._ws)) return sdk.receive.call(this, options);
      const begin = () => {
        const { ended, streams: streams2 } = registry.connectionOf(this._ws);
        if (ended) throw new DisconnectedError("receive()");
        const queue = queueOf(this);
        queue?.restore();
        if (queue?.isRegistered) streams2.enter(queue);
        else if (queue?.cause !== void 0) throw queue.cause;
        return options?.timeout;
      };
      return sdk.receive.call(this, {
        get timeout() {
          return begin();
        }
      });
    },
    /** The SDK's, which hands no options on: it gets a connection that adds them. */
    generate(request2, options) {
      const ws = {
        generate: (event) => this._ws.generate(event, options),
        _unregisterContext: (contextId) => this._ws._unregisterContext(contextId)
      };
      return sdk.generate.call(Object.create(this, { _ws: { value: ws } }), request2);
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/cartesia/families/context-router/family.ts
var contextRouter = {
  name: "context-router",
  required: [
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
  ],
  seams(prototype, self) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, occupancy) => new RouterConnection(ws, occupancy),
      clientOf: (ws) => ws.client
    });
    const context = sdk.context.call({ _registerContext() {
    } }, { contextId: "none" });
    const Context = Object.getPrototypeOf(context);
    return {
      registry,
      patches: [
        { object: prototype, name: "TTSWS", members: ttswsMembers(sdk, registry, self) },
        { object: Context, name: "TTSWSContext", members: contextMembers(snapshot(Context), registry) }
      ],
      check: ({ WebSocket: WebSocket2 }) => checkSocketClass(WebSocket2, (options) => openProbe(sdk, options))
    };
  }
};
function openProbe(sdk, options) {
  const probe = Object.create(sdk, {
    url: { value: new URL("wss://127.0.0.1") },
    client: { value: {} },
    _onError: { value: () => {
    } },
    socket: { writable: true },
    _ready: { writable: true }
  });
  sdk._initSocket.call(probe, options);
  probe._ready.catch(() => {
  });
  return probe.socket;
}

// overlays/foreign/timers.ts
var watchers = /* @__PURE__ */ new Set();
var unwatch2 = () => {
};
function watchTimers(watcher) {
  watchers.add(watcher);
  if (watchers.size === 1) unwatch2 = watchSetTimeout();
  return () => {
    if (watchers.delete(watcher) && watchers.size === 0) unwatch2();
  };
}
function watchSetTimeout() {
  const { setTimeout: setTimeout2 } = globalThis;
  const observed = (callback, ms, ...rest) => {
    const timer = setTimeout2(callback, ms, ...rest);
    for (const watcher of watchers) watcher(timer, ms, callback);
    return timer;
  };
  return replaceMembers(globalThis, "globalThis", {
    setTimeout: { value: Object.assign(observed, setTimeout2), writable: true }
  });
}

// overlays/cartesia/families/event-stream/frames.ts
function isUnreadable(frame) {
  let event;
  try {
    event = JSON.parse(String(frame));
  } catch {
    return false;
  }
  if (event === null) return true;
  const { type } = event;
  return typeof type === "object" ? type !== null : String(type) in Object.prototype;
}

// overlays/cartesia/families/event-stream/connection.ts
var EventStreamConnection = class extends Connection {
  faults;
  #ws;
  #sdk;
  /** The `close` event has been told: the SDK will dial no more. */
  #isOver = false;
  /** Ends the back-off of the SDK's reconnect. */
  #endBackOff = () => {
  };
  constructor(ws, sdk, occupancy) {
    super(occupancy);
    this.#ws = ws;
    this.#sdk = sdk;
    this.faults = new Faults(() => secretsOf(ws._client, ws._wsOptions, ws._parameters));
  }
  get socket() {
    return this.#ws.socket?.platformSocket;
  }
  // -- sockets --
  adopt(options) {
    this.watchBackOff();
    this.adoptSocket(options);
    this.#isOver = this.idle && !this.#ws._isReconnecting;
  }
  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket, options) {
    this.#endBackOff = () => {
    };
    try {
      this.attachSocket(socket, options);
    } catch (error) {
      void this.disconnect({ force: true, timeout: 0 });
      forceClose(socket);
      throw error;
    }
  }
  // -- the SDK's own reconnect --
  /** It tells iterators, and then sleeps in the same tick, with a timer that nothing else could reach. */
  watchBackOff() {
    this.#ws._internalEvents.on("reconnecting", ({ closeCode }) => {
      if (!this.#ws._canReconnect(closeCode)) return;
      const stop = watchTimers((timer, _ms, callback) => {
        stop();
        this.#endBackOff = () => {
          clearTimeout(timer);
          callback();
        };
      });
      queueMicrotask(stop);
    });
  }
  // -- who is told --
  /** The `close` event is told, once. @param tell the SDK's, which calls the app's listeners */
  finish(tell) {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#tellOwnFault();
      tell();
    } catch (error) {
      this.loseClosed();
      throw error;
    }
  }
  get isOver() {
    return this.#isOver;
  }
  /** The SDK reports a fault, which is for listeners, iterators among them, and else for the log. */
  report(event, message, cause) {
    if (cause !== void 0 && this.#tellOwnFault()) return;
    if (this.#ws._hasListener("error")) this.#sdk._onError.call(this.#ws, event, message, cause);
    else this.#warn(message ?? `the provider reports: ${JSON.stringify(event)}`);
  }
  #tellOwnFault() {
    const { lastError } = this.faults;
    if (lastError === void 0) return false;
    this.faults.lastError = void 0;
    if (this.#ws._hasListener("error")) this.#ws._emit("error", lastError);
    else this.#warn(lastError.message);
    return true;
  }
  #warn(message) {
    if (!this.ended) this.faults.warn(message);
  }
  onUnreadable(frame, _error) {
    if (!isUnreadable(frame)) return false;
    this.#ws._onError(null, "the provider sent a message that the SDK cannot read");
    return true;
  }
  // -- what the ladder asks --
  /** The SDK's own `close()`. */
  closeWith(props) {
    if (!this.ended) {
      this.#ws._closeCode = props?.code ?? 1e3;
      this.#ws._closeReason = props?.reason ?? "OK";
    }
    return this.close(() => this.#sdk.close.call(this.#ws, props));
  }
  politeSteps() {
    return [];
  }
  sendClose() {
    this.#sdk.close.call(this.#ws);
  }
  /** Messages go on arriving until the socket is closed, as they do after the SDK's own `close()`. */
  endStreams() {
    this.#ws._intentionallyClosed = true;
    this.#endBackOff();
  }
  /** As the SDK does when the socket has closed, and at once when the peer's close frame is there already. */
  cutStreams({ code = 1006, reason = "" }) {
    const ws = this.#ws;
    if (ws._canReconnect(code)) void ws._reconnect(code);
    else if (!ws._isReconnecting) ws._emitPermanentClose(code, String(reason));
  }
  forgetStreams() {
  }
  unfinished() {
    return [];
  }
  /** Iterators end now where the SDK has not ended them: its reconnect was cut short, or the socket never closes. */
  unsettled() {
    const ws = this.#ws;
    if (ws._isReconnecting) ws._emitPermanentClose(ws._closeCode, ws._closeReason);
    else ws._emitPermanentClose(1006, "");
    return [];
  }
};

// overlays/cartesia/families/event-stream/family.ts
var eventStream = {
  name: "event-stream",
  required: [
    "_createSocket",
    "_connectInitial",
    "_connect",
    "_canReconnect",
    "_reconnect",
    "_emitPermanentClose",
    "_onError",
    "_emit",
    "_hasListener",
    "send",
    "sendRaw",
    "close",
    "stream"
  ],
  seams(prototype, self) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, occupancy) => new EventStreamConnection(ws, sdk, occupancy),
      clientOf: (ws) => ws._client
    });
    const name = prototype.constructor.name;
    return {
      registry,
      patches: [{ object: prototype, name, members: eventStreamMembers(sdk, registry, self) }],
      check: ({ WebSocket: WebSocket2 }) => checkSocketClass(WebSocket2, (options) => openProbe2(sdk, options))
    };
  }
};
function openProbe2(sdk, options) {
  const probe = Object.create(sdk, { _client: { value: {} }, _wsOptions: { value: options } });
  return sdk._createSocket.call(probe, new URL("wss://127.0.0.1"), {}).platformSocket;
}

// overlays/fern/destroyable.ts
var states2 = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
function destroyable(options) {
  const Socket = options.WebSocket ?? globalThis.WebSocket;
  if (Socket?.prototype === void 0 || "terminate" in Socket.prototype) return options;
  function Destroyable(...args) {
    return openDestroyable(() => new Socket(...args));
  }
  return { ...options, WebSocket: Object.assign(Destroyable, states2) };
}

// overlays/fern/reconnecting-socket.ts
var HeldSocket = class {
  #rws;
  #holder;
  #isStopped = false;
  /** Another one has taken its place: what it still says concerns nobody. */
  #isRetired = false;
  #backOff;
  /** The SDK believes it to be open. */
  #isOpen;
  /** Of the stream that the SDK is about to start. */
  #expected;
  /** The same, from the request on until the end of that tick: in it the SDK registers the stream's listeners. */
  #starting;
  constructor(rws, holder) {
    this.#rws = rws;
    this.#holder = holder;
    this.#isOpen = rws._ws?.readyState === 1;
    const isLive = rws._ws !== void 0;
    if (isLive) rws._removeListeners();
    this.#overrideDialling();
    this.#overrideEvents();
    this.#overrideSending();
    if (isLive) rws._addListeners();
  }
  #set(key, value) {
    setMember(this.#rws, key, { value, writable: true });
  }
  #overrideDialling() {
    const rws = this.#rws;
    const { _addListeners, _getNextUrl } = rws;
    this.#set("_wait", () => this.#wait());
    this.#set("_getNextUrl", async (provider) => {
      try {
        const url = this.#isStopped ? "" : await _getNextUrl.call(rws, provider);
        if (!this.#isStopped) return String(new URL(url) && url);
      } catch (error) {
        if (!("_listeners" in rws)) throw error;
        rws._handleError({ error, message: String(error) });
      }
      return new Promise(() => {
      });
    });
    this.#set("_addListeners", () => {
      const socket = rws._ws;
      socket.addEventListener("open", () => {
        this.#isOpen = true;
      });
      socket.addEventListener("error", (event) => this.#onError(event, socket));
      if (socket.readyState !== CLOSED) this.#holder.onSocket(socket);
      _addListeners.call(rws);
    });
  }
  /** Follows `_wait` (2.2.9: line 309), with a timer that can be cleared. */
  #wait() {
    return new Promise((resolve) => {
      this.#backOff = setTimeout(resolve, this.#rws._getNextDelay());
    });
  }
  #overrideEvents() {
    const rws = this.#rws;
    const { _handleMessage, _handleError, _handleClose, _handleTimeout } = rws;
    this.#set("_handleMessage", (event) => {
      this.#holder.onFrame(event, () => _handleMessage(event));
    });
    this.#set("_handleError", (event) => {
      this.#onError(event, rws._ws);
      _handleError(event);
    });
    this.#set("_handleClose", (event) => {
      this.#isOpen = false;
      if (!this.#isRetired) this.#holder.onClose({ code: event.code, reason: event.reason });
      _handleClose(event);
    });
    this.#set("_handleTimeout", () => {
      this.#holder.onTimeout(rws._options.connectionTimeout ?? 4e3);
      _handleTimeout.call(rws);
    });
  }
  #onError(event, socket) {
    if (!this.#isRetired) this.#holder.onError(event.error ?? event, socket);
  }
  #overrideSending() {
    const rws = this.#rws;
    const { send, addEventListener } = rws;
    this.#set("send", (data) => {
      if (this.#expected !== void 0) {
        this.#starting = this.#expected;
        this.#starting.request = data;
        queueMicrotask(() => {
          this.#starting = void 0;
        });
      }
      return send.call(rws, data);
    });
    this.#set("addEventListener", (type, listener, options) => {
      const starting = this.#starting;
      if (starting === void 0) return addEventListener.call(rws, type, listener, options);
      const registered = type === "message" ? starting.guard(listener) : listener;
      starting.registrations.push([type, registered]);
      addEventListener.call(rws, type, registered, options);
    });
  }
  /**
   * The SDK is about to start a stream, one at a time and until `settled()`.
   *
   * @param guard is put round its message listener
   */
  expect(guard) {
    const settled = () => {
      if (this.#expected === expected) this.#expected = void 0;
    };
    const expected = { request: void 0, registrations: [], guard, settled };
    this.#expected = expected;
    return expected;
  }
  unregister(registrations) {
    for (const [type, listener] of registrations.splice(0)) this.#rws.removeEventListener(type, listener);
  }
  /** It dials no more, and waits for nothing. */
  stop() {
    this.#isStopped = true;
    this.#rws._shouldReconnect = false;
    this.#rws._closeCalled = true;
    this.#rws._clearTimeouts();
    clearTimeout(this.#backOff);
  }
  /** Stops and destroys it; the SDK learns that it has closed, once. */
  retire() {
    this.stop();
    this.#isRetired = true;
    const rws = this.#rws;
    if (this.#isOpen) rws.onclose?.({ code: 1006, reason: "" });
    this.#isOpen = false;
    rws.onopen = null;
    rws.onclose = null;
    if (rws._ws !== void 0 && rws._ws.readyState !== CLOSED) forceClose(rws._ws);
  }
};

// overlays/cartesia/families/reconnecting/connection.ts
var ReconnectingConnection = class extends Connection {
  faults;
  ws;
  #sdk;
  #settings;
  held;
  #attempt;
  #report;
  /** Counts `disconnect()` calls: a `connect()` that waits for an earlier one to end must not outlive a later one. */
  #ends = 0;
  /** Of the user's last `connect()`; what dials by itself takes them too. */
  #connectOptions = {};
  /** The calls that wait for their turn. */
  #queue = Promise.resolve();
  #queued = 0;
  #recovery;
  constructor(ws, occupancy, { sdk, settings }) {
    super(occupancy);
    this.ws = ws;
    this.#sdk = sdk;
    this.#settings = settings;
    this.faults = new Faults(() => secretsOf2(ws));
  }
  get socket() {
    return this.ws.socket?._ws;
  }
  // -- connecting --
  /** @param given the user's options; the SDK itself gives none, for a call that waits */
  connect(given2) {
    return this.#connectOnce(given2 === void 0 && this.#queued > 0 ? void 0 : given2 ?? {});
  }
  /** The user's own `connect()` opens a connection. */
  beginAnew(options) {
    this.#connectOptions = options;
  }
  #connectOnce(given2) {
    if (this.#attempt !== void 0) return this.#attempt.promise;
    if (this.connected) return Promise.reject(new Error("WebSocket is already connected."));
    if (given2 !== void 0) this.beginAnew(given2);
    let fail = () => {
    };
    const failed = new Promise((_, reject) => {
      fail = reject;
    });
    let isOver2 = false;
    const dialling = this.#dial(() => isOver2);
    const attempt = { promise: this.#limit(Promise.race([failed, dialling]), fail), fail };
    this.#attempt = attempt;
    const settle = () => {
      isOver2 = true;
      if (this.#attempt === attempt) this.#attempt = void 0;
    };
    attempt.promise.then(settle, settle);
    return attempt.promise;
  }
  #limit(attempt, fail) {
    const { connectTimeout } = this.#settings();
    const timer = setTimeout(() => fail(new ConnectTimeoutError(connectTimeout)), connectTimeout);
    const settled = attempt.catch((error) => {
      if (!this.ended) this.held?.retire();
      throw error;
    });
    return settled.finally(() => clearTimeout(timer));
  }
  /** @param isOver whether nobody waits for it any more */
  async #dial(isOver2) {
    if (this.ended) {
      const ends = this.#ends;
      await this.#report;
      if (isOver2() || ends !== this.#ends) throw new DisconnectedError("connect()");
      this.reopen();
    }
    this.held?.retire();
    this.faults.lastError = void 0;
    const { socket: before } = this.ws;
    const { WebSocket: WebSocket2 } = this.#settings();
    const options = destroyable({ ...WebSocket2 && { WebSocket: WebSocket2 }, ...this.#connectOptions });
    const dialling = this.#sdk.connect.call(this.ws, options);
    const { socket } = this.ws;
    if (socket !== void 0 && socket !== before) {
      this.held = new HeldSocket(socket, this);
      if (options.WebSocket !== void 0) socket._options.WebSocket = options.WebSocket;
    }
    try {
      return await dialling;
    } catch (error) {
      throw this.ended ? new DisconnectedError("connect()") : this.faults.connectFailure(this.faults.lastError ?? error);
    }
  }
  /** Nothing waits for the connection: a call needs no queue to keep its turn. */
  get isClear() {
    return this.connected && this.#queued === 0;
  }
  /** Runs calls of the SDK's that need the connection one after another, and connects for them where there is none. */
  enqueue(call, run) {
    this.admit(call);
    if (!this.connected) this.#recovery ??= this.connectForCall().finally(this.#recovered);
    const ready = this.#recovery;
    const result = Promise.all([ready, this.#queue]).then(() => {
      this.admit(call);
      return run();
    });
    this.#queued++;
    const settle = () => {
      this.#queued--;
    };
    this.#queue = result.then(settle, settle);
    return result;
  }
  #recovered = () => {
    this.#recovery = void 0;
  };
  async connectForCall() {
    await this.#connectOnce();
  }
  // -- sockets --
  adopt() {
    const { socket } = this.ws;
    if (socket !== void 0) this.held = new HeldSocket(socket, this);
  }
  onSocket(socket) {
    try {
      this.attachSocket(socket, this.#settings());
    } catch (error) {
      if (this.#attempt === void 0) throw error;
      this.#attempt.fail(error);
      forceClose(socket);
    }
  }
  onError(error, socket) {
    this.faults.lastError ??= this.faults.clean(error);
    if (socket !== void 0) this.drop(socket);
  }
  onTimeout(limit) {
    this.faults.lastError = new ConnectTimeoutError(limit);
  }
  onClose(end) {
    const { socket } = this;
    if (socket !== void 0) this.drop(socket, end);
    if (!this.ended) this.#attempt?.fail(this.faults.connectFailure(this.faults.lastError ?? new Error(closedEarly)));
  }
  /** The listeners of a reconnecting socket are guarded one by one. */
  guard() {
  }
  onUnreadable() {
    return true;
  }
  // -- what the ladder asks --
  disconnect(budget) {
    this.#ends++;
    const report = super.disconnect(budget);
    this.#report = report;
    return report;
  }
  /** Closing ends the streams on the provider: there is nothing to ask before. */
  politeSteps() {
    return [];
  }
  sendClose() {
    this.#sdk.disconnect.call(this.ws);
  }
  endStreams() {
    this.held?.stop();
    this.dropStreams();
    this.#attempt?.fail(new DisconnectedError("connect()"));
  }
  unsettled() {
    return [];
  }
};
var closedEarly = "WebSocket closed before it could connect.";
function secretsOf2({ options, apiKey, socket }) {
  const url = socket?._ws?.url;
  const query = typeof url === "string" && URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  return [options?.apiKey, apiKey, query.get("api_key"), query.get("access_token")];
}

// overlays/cartesia/families/reconnecting/frames.ts
function inspect(frame, shape) {
  return isPlain(frame, shape) ? "plain" : read(frame, shape);
}
var dataKey = '"data":';
function isPlain(frame, { sampleBytes, allAudio }) {
  const at = frame.indexOf(dataKey);
  if (at < 0) return !allAudio && !frame.includes('"error"') && !frame.includes("\\");
  let from = at + dataKey.length;
  if (frame.charCodeAt(from) === space) from++;
  if (frame.charCodeAt(from) !== quote) return false;
  from++;
  const to = frame.indexOf('"', from);
  if (to < 0 || frame.includes("\\")) return false;
  if (frame.slice(0, at).includes('"error"')) return false;
  const rest = frame.slice(to);
  return !rest.includes('"error"') && !rest.includes('"data"') && isWholeAudio(frame, from, to, sampleBytes);
}
var space = 32;
var quote = 34;
var padding = 61;
function isWholeAudio(text, from, to, sampleBytes) {
  const length = to - from;
  if (length % 4 !== 0) return false;
  if (length === 0) return true;
  const padded = text.charCodeAt(to - 1) !== padding ? 0 : text.charCodeAt(to - 2) !== padding ? 1 : 2;
  const firstPadding = text.indexOf("=", from);
  if (firstPadding >= 0 && firstPadding < to - padded) return false;
  return (length / 4 * 3 - padded) % sampleBytes === 0;
}
function read(frame, shape) {
  const message = parse2(frame);
  if (typeof message !== "object" || message === null) return "plain";
  if (message.type === "error" || typeof message.error === "string" && message.error !== "") {
    return { error: message };
  }
  const { data, done, type } = message;
  if (done) return "plain";
  if (type !== "chunk" && !(shape.allAudio && data !== void 0)) return shape.allAudio ? "unknown" : "plain";
  if (data === void 0 || data === "") return shape.allAudio && data === void 0 ? "unknown" : "plain";
  if (typeof data !== "string")
    return { fault: `audio that is ${data === null ? "null" : `a ${typeof data}`}`, message };
  if (isWholeAudio(data, 0, data.length, shape.sampleBytes)) return "plain";
  return { fault: `audio of ${data.length} characters, which is no whole number of samples`, message };
}
function parse2(frame) {
  try {
    return JSON.parse(frame);
  } catch {
    return void 0;
  }
}

// overlays/cartesia/families/reconnecting/iterators.ts
function endable(iterator) {
  const sdkNext = iterator.next;
  let isEnded = false;
  let isOver2 = false;
  let cause;
  let last;
  const over = async () => {
    isOver2 = true;
    if (cause !== void 0) throw cause;
    return { done: true, value: void 0 };
  };
  const again = () => isOver2 ? over() : sdkNext.call(isEnded ? lastReceiver : receiver);
  const receiver = { next: again };
  const lastReceiver = { next: over };
  const release = () => {
    let isSettled = last === void 0;
    const settle = () => {
      isSettled = true;
    };
    last?.then(settle, settle);
    setTimeout(() => {
      if (isSettled) return;
      isOver2 = true;
      void iterator.return?.();
    });
  };
  const value = () => {
    last = again();
    if (isEnded && !isOver2) release();
    return last;
  };
  setMember(iterator, "next", { value, writable: true });
  return {
    iterator,
    end(why) {
      if (isEnded) return;
      isEnded = true;
      cause = why;
      release();
    }
  };
}

// overlays/cartesia/families/reconnecting/stream.ts
var Stream2 = class {
  contextId;
  #handle;
  #sdk;
  #onEnd;
  #iterators = /* @__PURE__ */ new Set();
  /** Reject the `once()` promises that have not been kept. */
  #expectations = /* @__PURE__ */ new Set();
  #state = "open";
  #cause;
  /** Read once more for each read of the SDK's that is under way. */
  #reading = /* @__PURE__ */ new Set();
  /** What the provider's message that is being handled will end it with. */
  #pending;
  #hasStarted = false;
  #isConsumed = false;
  #timer;
  /** @param timeout the longest silence in ms; 0 for none */
  constructor(handle, contextId, timeout, onEnd) {
    const { source } = handle;
    this.contextId = contextId;
    this.#handle = handle;
    this.#onEnd = onEnd;
    this.#sdk = { read: source.read, enqueue: source.enqueue, close: source.close };
    this.#override(source, "read", (into) => this.#read(into));
    this.#override(source, "close", () => this.#close());
    if (source.writeIndex === void 0 || timeout > 0) this.#watchAudio(timeout);
    for (const emitter of [source, handle]) this.#overrideEvents(emitter);
  }
  #override(object, key, value) {
    setMember(object, key, { value, writable: true });
  }
  /** Whoever reads learns why it ended, or will. */
  get isConsumed() {
    return this.#isConsumed;
  }
  get isOpen() {
    return this.#state === "open";
  }
  get phase() {
    const { writeIndex = 0 } = this.#handle.source;
    return this.#hasStarted || writeIndex > 0 ? "between-chunks" : "first-chunk";
  }
  get sampleBytes() {
    return this.#handle.source.buffer.BYTES_PER_ELEMENT;
  }
  /** 1.0.0 and before, which take every message for audio. */
  get isAllAudio() {
    return this.#handle.source.writeIndex === void 0;
  }
  // -- ends --
  /** It ends with a cause, once the audio that has arrived was read. */
  cut(cause) {
    void this.#end("cut", cause);
  }
  /** It ends quietly, and what has not been read is dropped. */
  drop() {
    void this.#end("dropped");
  }
  /** The provider's message that is being handled ends it: with this, and not as the SDK would have it. */
  failWith(cause, handle) {
    this.#pending = cause;
    handle();
    this.cut(cause);
  }
  /** @returns the SDK's own promise of the source's end */
  #end(state, cause) {
    if (!this.isOpen) return Promise.resolve();
    this.#state = state;
    this.#cause = cause;
    clearTimeout(this.#timer);
    this.#onEnd();
    const closed = this.#sdk.close.call(this.#handle.source);
    if (this.#reading.size > 0) setTimeout(() => this.#readAgain());
    if (state === "done") {
      for (const iterator of this.#iterators) iterator.end();
      return closed;
    }
    for (const reject of this.#expectations) reject(cause ?? new DisconnectedError("once()"));
    for (const iterator of this.#iterators) iterator.end(cause);
    void closed.then(() => this.#handle.stop?.());
    return closed;
  }
  /** The SDK closes the source: on `done`, when the socket closes (then we have been first), and on the user's `stop()`. */
  #close() {
    if (!this.isOpen) return this.#sdk.close.call(this.#handle.source);
    return this.#pending === void 0 ? this.#end("done") : this.#end("cut", this.#pending);
  }
  // -- reading --
  #read(into) {
    this.#isConsumed = true;
    if (this.#state === "dropped") return Promise.resolve(0);
    return this.#taken(into).then((samples) => {
      if (samples === into.length && samples > 0) return samples;
      if (this.#state === "dropped") return 0;
      if (this.#cause !== void 0) throw withSamples(this.#cause, samples);
      return samples;
    });
  }
  /**
   * The SDK's read looks whether the source is closed, and some ticks later waits to hear of it: of a close in between it
   * never hears. Another read finds the source closed.
   */
  #taken(into) {
    const { source } = this.#handle;
    const read2 = () => this.#sdk.read.call(source, into);
    const { writeIndex = 0, readIndex = 0 } = source;
    if (!this.isOpen || writeIndex - readIndex >= into.length) return read2();
    return new Promise((resolve, reject) => {
      const again = () => void read2().then(resolve, reject);
      const settled = () => this.#reading.delete(again);
      this.#reading.add(again);
      read2().then(resolve, reject).then(settled);
    });
  }
  /** In order, so that each gets its share of what has arrived. */
  #readAgain() {
    for (const again of this.#reading) again();
  }
  #watchAudio(timeout) {
    const { source } = this.#handle;
    const start = () => {
      const onSilence = () => this.cut(new ReceiveTimeoutError(this.phase, timeout, this.contextId));
      this.#timer = setTimeout(() => {
        this.#timer = setTimeout(onSilence, 0);
      }, timeout);
    };
    this.#override(source, "enqueue", (samples) => {
      this.#hasStarted = true;
      if (timeout > 0 && this.isOpen) {
        clearTimeout(this.#timer);
        start();
      }
      return this.#sdk.enqueue.call(source, samples);
    });
    if (timeout > 0) start();
  }
  #overrideEvents(emitter) {
    const { events, once } = emitter;
    this.#override(emitter, "events", (names) => {
      this.#isConsumed = true;
      const iterator = endable(events(names));
      if (this.isOpen) this.#iterators.add(iterator);
      else iterator.end(this.#cause);
      return iterator.iterator;
    });
    this.#override(emitter, "once", (names, ...rest) => {
      this.#isConsumed = true;
      const kept = once(names, ...rest);
      if ([names].flat().includes("close")) return kept;
      return this.#expect(kept);
    });
  }
  /** A promise that is also settled by the end of the stream. */
  #expect(kept) {
    if (this.#state === "done") return kept;
    const expected = new Promise((resolve, reject) => {
      const give = (value) => {
        this.#expectations.delete(reject);
        resolve(value);
      };
      kept.then(give, reject);
      if (this.isOpen) this.#expectations.add(reject);
      else reject(this.#cause ?? new DisconnectedError("once()"));
    });
    expected.catch(() => {
    });
    return Object.assign(expected, { off: kept.off });
  }
};
function withSamples(cause, samplesRead) {
  const error = cause instanceof StreamEndedError ? new StreamEndedError(cause.message, cause) : new ReceiveTimeoutError(cause.phase, cause.timeout, cause.contextId);
  error.samplesRead = samplesRead;
  return error;
}

// overlays/cartesia/families/reconnecting/tts-connection.ts
var TtsConnection = class extends ReconnectingConnection {
  /** Those that have not ended. */
  #streams = /* @__PURE__ */ new Set();
  #shape = { sampleBytes: 1, allAudio: false };
  /** What our disconnect() ended, by name. */
  #dropped = [];
  // -- streams --
  /** Starts a stream; the SDK's own time limit would crash, so it is kept here. @param send the SDK's */
  start(request2, timeout, send) {
    const { held } = this;
    const start = held?.expect((listener) => this.#guarded(listener));
    const settled = () => start?.settled();
    const begin = (handle) => {
      const contextId = request2.contextId ?? request2.context_id ?? contextIn(start?.request);
      const stream = new Stream2(handle, contextId, timeout, () => {
        this.#streams.delete(stream);
        if (start !== void 0) held?.unregister(start.registrations);
      });
      this.#streams.add(stream);
      this.#shape = { sampleBytes: stream.sampleBytes, allAudio: stream.isAllAudio };
      if (this.ended) stream.drop();
      return handle;
    };
    try {
      const started = send();
      if (started instanceof Promise) return started.then(begin).finally(settled);
      settled();
      return begin(started);
    } catch (error) {
      settled();
      throw error;
    }
  }
  /** Whatever a listener of the SDK's throws is the fault of the frame that it reads. */
  #guarded(listener) {
    return (event) => {
      try {
        listener(event);
      } catch {
        this.#fail(void 0, "the provider sent a message that the SDK cannot read", void 0);
      }
    };
  }
  /** Ends the stream that a fault is about; without a name, the only one there is. */
  #fail(contextId, what, cause) {
    const concerned = this.#concerned(contextId);
    for (const stream of concerned) stream.cut(this.#cause(stream, { what, cause }));
    if (concerned.length === 0) this.faults.warn(what);
  }
  #concerned(contextId) {
    const streams2 = [...this.#streams];
    if (typeof contextId === "string" && contextId !== "") return streams2.filter((one) => one.contextId === contextId);
    return streams2.length === 1 ? streams2 : [];
  }
  #cause(stream, end) {
    return this.faults.streamEnded(stream, end);
  }
  // -- frames --
  onFrame(event, pass) {
    const verdict = typeof event.data === "string" ? inspect(event.data, this.#shape) : "plain";
    if (verdict === "plain") pass();
    else if (verdict === "unknown") return;
    else if ("error" in verdict) this.#onErrorMessage(verdict.error, pass);
    else this.#fail(verdict.message?.context_id, `the provider sent ${verdict.fault}`, void 0);
  }
  #onErrorMessage(message, pass) {
    const what = "the provider reported an error";
    const cause = new Error(this.faults.scrub(JSON.stringify(message), 500));
    const concerned = this.#concerned(message.context_id);
    const handle = concerned.reduceRight((inner, stream) => {
      return () => stream.failWith(this.#cause(stream, { what, cause }), inner);
    }, pass);
    handle();
    if (concerned.length === 0) this.faults.warn(`${what}: ${cause.message}`);
  }
  // -- what the ladder asks --
  cutStreams(end) {
    const cut2 = [...this.#streams];
    for (const stream of cut2) stream.cut(this.#cause(stream, end));
    const silent = cut2.filter((stream) => !stream.isConsumed);
    if (silent.length > 0) this.faults.warn(`${silent.length} streams were cut: the connection closed`);
  }
  dropStreams() {
    this.#dropped = [...this.#streams].map(({ contextId }) => `context ${contextId ?? "(unnamed)"}`);
    for (const stream of [...this.#streams]) stream.drop();
  }
  forgetStreams() {
  }
  unfinished() {
    return this.#dropped;
  }
};
function contextIn(request2) {
  return typeof request2 === "string" ? JSON.parse(request2).context_id : void 0;
}
function readTimeout(options) {
  const timeout = options?.timeout;
  return typeof timeout === "number" && timeout > 0 && timeout !== Number.POSITIVE_INFINITY ? checkMs("send(): timeout", timeout) : 0;
}

// overlays/cartesia/families/reconnecting/members.ts
function commonMembers(registry) {
  const members = {
    connect(options) {
      const connection = registry.connectionOf(this);
      return handled2(
        inPromise(() => {
          registry.opening(this);
          return connection.connect(options);
        })
      );
    }
  };
  return { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
function isAsync(method) {
  try {
    const result = method.call({}, {});
    if (!(result instanceof Promise)) return false;
    result.catch(() => {
    });
    return true;
  } catch {
    return false;
  }
}
function ttsMembers(sdk, registry) {
  const sdkContinue = sdk.continue;
  const dials = sdkContinue !== void 0 && isAsync(sdkContinue);
  const rejects = isAsync(sdk.send);
  const members = {
    send(request2, options) {
      const connection = registry.connectionOf(this);
      const timeout = readTimeout(options);
      const start = () => connection.start(request2, timeout, () => sdk.send.call(this, request2, { ...options, timeout: 0 }));
      if (dials) return handled2(inPromise(() => connection.enqueue("send()", start)));
      const guarded = () => {
        connection.admit("send()");
        return start();
      };
      return rejects ? handled2(inPromise(guarded)) : guarded();
    }
  };
  if (sdkContinue !== void 0) {
    members.continue = function(request2) {
      const connection = registry.connectionOf(this);
      const send = () => sdkContinue.call(this, request2);
      if (dials) return handled2(inPromise(() => connection.enqueue("continue()", send)));
      connection.admit("continue()");
      return send();
    };
  }
  return { ...commonMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
function sttMembers(sdk, registry) {
  const run = (ws, call, method) => {
    const connection = registry.connectionOf(ws);
    return connection.isClear ? method() : handled2(inPromise(() => connection.enqueue(call, method)));
  };
  const post = (name) => function(audio) {
    return run(this, `${name}()`, () => {
      registry.connectionOf(this).onSend();
      return sdk[name].call(this, audio);
    });
  };
  const members = {
    send: post("send"),
    finalize: post("finalize"),
    done: post("done"),
    onMessage(callback) {
      const register = () => sdk.onMessage.call(this, callback);
      return run(this, "onMessage()", () => registry.connectionOf(this).listen(callback, register));
    }
  };
  return { ...commonMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
async function inPromise(run) {
  return run();
}

// overlays/cartesia/families/reconnecting/stt-connection.ts
var SttConnection = class extends ReconnectingConnection {
  /** By callback: how the SDK is asked to register it. */
  #callbacks = /* @__PURE__ */ new Map();
  /** Something was sent, and the provider has not said that it is done. */
  #isTranscribing = false;
  #wasTranscribing = false;
  onSend() {
    this.#isTranscribing = true;
  }
  /** @param register asks the SDK to call it, on the connection that is open then */
  async listen(callback, register) {
    await register();
    this.#callbacks.set(callback, register);
  }
  /** As with the SDK, whose callbacks are those of one connection. */
  beginAnew(options) {
    this.#callbacks.clear();
    super.beginAnew(options);
  }
  /** One that a call needs takes the callbacks along. */
  async connectForCall() {
    await super.connectForCall();
    await Promise.all([...this.#callbacks.values()].map((register) => register()));
  }
  onFrame({ data }, pass) {
    if (this.#isTranscribing && typeof data === "string" && data.includes('"done"')) {
      this.#isTranscribing = !isDone(data);
    }
    pass();
  }
  cutStreams(end) {
    if (!this.#isTranscribing) return;
    this.#isTranscribing = false;
    const { message } = this.faults.streamEnded({ contextId: void 0, phase: "between-chunks" }, end);
    if (this.#callbacks.size === 0) this.faults.warn(message);
    for (const callback of this.#callbacks.keys()) {
      queueMicrotask(() => callback({ type: "error", requestId: "", message }));
    }
  }
  dropStreams() {
    this.#wasTranscribing = this.#isTranscribing;
    this.#isTranscribing = false;
    this.#callbacks.clear();
  }
  forgetStreams() {
  }
  unfinished() {
    return this.#wasTranscribing ? ["transcription"] : [];
  }
};
function isDone(frame) {
  try {
    return JSON.parse(frame)?.type === "done";
  } catch {
    return false;
  }
}

// overlays/cartesia/families/reconnecting/family.ts
function clientOf(ws) {
  return ws.options?.[clientKey] ?? ws[clientKey];
}
var reconnectingStt = {
  name: "reconnecting",
  required: ["onMessage", "finalize", "done", "send", "connect", "disconnect"],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, occupancy) => new SttConnection(ws, occupancy, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf
    });
    return { registry, patches: [{ object: prototype, name: "SttWebsocket", members: sttMembers(sdk, registry) }] };
  }
};
var reconnectingTts = {
  name: "reconnecting",
  required: ["continue", "send", "connect", "disconnect"],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, occupancy) => new TtsConnection(ws, occupancy, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf
    });
    return { registry, patches: [{ object: prototype, name: "the WebSocket", members: ttsMembers(sdk, registry) }] };
  }
};
var reconnectingTtsClient = {
  ...reconnectingTts,
  required: ["send", "connect", "disconnect", "fetch"]
};
function connectionsBehind({ tts, stt }) {
  const options = { sampleRate: 16e3, encoding: "pcm_s16le" };
  const transcriber = stt?.websocket?.(options);
  return transcriber === void 0 ? [tts.websocket(options)] : [tts.websocket(options), transcriber];
}

// overlays/cartesia/families/nested-client/requests.ts
var readers = ["arrayBuffer", "blob", "formData", "json", "text"];
function nestedFetch(sdk) {
  return function(path, options = {}) {
    const exchange = new Exchange();
    const { signal: given2 } = options;
    const signal = given2 ? AbortSignal.any([exchange.signal, given2]) : exchange.signal;
    const send = () => sdk.call(this, path, { ...options, signal });
    return untilDisconnected(this, () => exchange.run(this, send, streamsOf2)).then((response) => {
      for (const name of readers) {
        const read2 = response[name];
        if (typeof read2 !== "function") continue;
        setMember(response, name, { value: () => untilDisconnected(this, () => read2.call(response)), writable: true });
      }
      return response;
    });
  };
}
function streamsOf2(response) {
  const { body } = response;
  return typeof body === "object" && body !== null ? [response, body] : [];
}

// overlays/cartesia/families/nested-client/family.ts
var fetches = ["_fetch", "fetch"];
var nestedClient = {
  name: "nested-client",
  required: ["constructor"],
  prototypeOf(instance) {
    if (!Object.hasOwn(instance, "apiKey") || !Object.hasOwn(instance, "baseUrl")) return void 0;
    for (let at = Object.getPrototypeOf(instance); at !== null; at = Object.getPrototypeOf(at)) {
      if (fetches.some((name) => Object.hasOwn(at, name))) return at;
    }
    return void 0;
  },
  connectionsBehind: (client2) => [client2.tts, ...connectionsBehind(client2)],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const name = fetches.find((name2) => Object.hasOwn(prototype, name2));
    const members = { ...nestedMembers(prototype), [name]: { value: nestedFetch(sdk[name]), writable: true } };
    return { patches: [{ object: prototype, name: "the client", members }] };
  }
};
var nestedSpeaker = {
  name: "nested-speaker",
  required: ["websocket", "_fetch"],
  seams(prototype) {
    const { websocket } = prototype;
    const members = {
      websocket(options) {
        const ws = websocket.call(this, options);
        setMember(ws, clientKey, { value: this });
        return ws;
      }
    };
    const patch = { object: prototype, name: "TTS", members: Object.getOwnPropertyDescriptors(members) };
    return { patches: [patch] };
  }
};
var nestedSpeaker10 = { ...nestedSpeaker, required: ["websocket", "fetch"] };
function nestedMembers(prototype) {
  const tied = /* @__PURE__ */ new WeakSet();
  const stateOf = (client2) => {
    const state = clientState(client2);
    for (const part of Object.values(client2)) {
      if (!Object.prototype.isPrototypeOf.call(prototype, part) || tied.has(part)) continue;
      tied.add(part);
      state.add(clientState(part));
    }
    return state;
  };
  return disconnectableMembers({ rungOf: stateOf, optionsOf: (client2) => optionsFor(client2), isInstance: () => true });
}

// overlays/fern/requests.ts
var defaults2 = { timeout: 6e4, retries: 2 };
var backOff = { least: 800, most: 72e3 };
function request(client2, given2, isOwnFetcher, send) {
  return untilDisconnected(client2, () => {
    const exchange = new Exchange();
    const options = { ...given2, abortSignal: either(exchange.signal, given2?.abortSignal) };
    if (!isOwnFetcher) return exchange.run(client2, () => send(options), streamsOf3);
    const attempts = new Attempts(exchange, options);
    return exchange.run(client2, () => send(attempts.options), streamsOf3).finally(() => attempts.over());
  });
}
function either(own, given2) {
  return given2 === void 0 || given2 === null ? own : AbortSignal.any([own, given2]);
}
function streamsOf3(result) {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result ? [result] : [];
}
var Attempts = class {
  options;
  #exchange;
  #timeout;
  #timer;
  #backOff;
  #mayBackOff = false;
  #unwatch;
  constructor(exchange, { timeoutInSeconds, maxRetries = defaults2.retries, ...given2 }) {
    this.#exchange = exchange;
    this.#timeout = timeoutInSeconds === void 0 ? defaults2.timeout : timeoutInSeconds * 1e3;
    this.#observe(given2.abortSignal);
    exchange.signal.addEventListener("abort", () => this.#stopTimers());
    this.#unwatch = this.#watch();
    const observed = { valueOf: () => this.#onResponse(maxRetries) };
    this.options = { ...given2, timeoutInSeconds, maxRetries: observed };
  }
  /** `makeRequest.js` sets its timer, listens to the signal and dials, in one go. */
  #observe(signal) {
    const { addEventListener } = signal;
    const listen = (...args) => {
      addEventListener.apply(signal, args);
      if (args.length === 3) this.#onDial();
    };
    setMember(signal, "addEventListener", { value: listen });
  }
  #onDial() {
    this.#unwatch();
    this.#exchange.expectDial();
  }
  #onResponse(maxRetries) {
    this.#unwatch();
    this.#unwatch = this.#watch();
    this.#mayBackOff = true;
    queueMicrotask(() => {
      this.#mayBackOff = false;
    });
    return maxRetries;
  }
  #watch() {
    return watchTimers((timer, ms) => {
      if (ms === this.#timeout) this.#timer = timer;
      else if (this.#mayBackOff && ms >= backOff.least && ms <= backOff.most) this.#backOff ??= timer;
    });
  }
  #stopTimers() {
    clearTimeout(this.#timer);
    this.#backOff?.unref?.();
  }
  over() {
    this.#unwatch();
  }
};

// overlays/cartesia/families/resource-client/family.ts
var resourceClient = {
  name: "resource-client",
  required: ["tts", "apiStatus", "voices", "voiceChanger"],
  connectionsBehind,
  seams(prototype) {
    const owners = /* @__PURE__ */ new WeakMap();
    const getters = gettersOf(prototype);
    const probe = Object.create(prototype, { _options: { value: {} } });
    const resources = new Set([...getters.values()].flatMap((get) => prototypesOf(get.call(probe))));
    return {
      adopt(instance) {
        for (const name of getters.keys()) void instance[name];
      },
      patches: [
        { object: prototype, name: "the client", members: { ...clientMembers(), ...ownedResources(getters, owners) } },
        ...[...resources].map((object) => ({ object, name: "a resource", members: resourceMembers2(object, owners) }))
      ]
    };
  }
};
function gettersOf(prototype) {
  const getters = /* @__PURE__ */ new Map();
  for (const object of prototypesOf(Object.create(prototype))) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (get !== void 0 && !getters.has(name)) getters.set(name, get);
    }
  }
  return getters;
}
function prototypesOf(instance) {
  const found2 = [];
  for (let at = Object.getPrototypeOf(instance); at !== Object.prototype; at = Object.getPrototypeOf(at))
    found2.push(at);
  return found2;
}
function ownedResources(getters, owners) {
  const members = {};
  for (const [name, get] of getters) {
    const owned = function() {
      const resource = get.call(this);
      owners.set(resource, this);
      return resource;
    };
    members[name] = { get: owned };
  }
  return members;
}
function resourceMembers2(prototype, owners) {
  const members = {};
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(snapshot(prototype)))) {
    if (typeof method.value !== "function" || name === "constructor" || name.startsWith("_")) continue;
    if (name === "transcribeChunks") continue;
    const wrap = name === "websocket" ? connecting : requesting;
    members[name] = { value: wrap(method.value, owners), writable: true };
  }
  return members;
}
function connecting(websocket, owners) {
  return function(...args) {
    const ws = websocket.apply(this, args);
    const client2 = owners.get(this);
    if (client2 !== void 0) setMember(ws, clientKey, { value: client2 });
    return ws;
  };
}
function requesting(method, owners) {
  const last = method.length - 1;
  const requested = function(...args) {
    const client2 = owners.get(this);
    if (client2 === void 0) return method.apply(this, args);
    const given2 = args[last];
    const isOwnFetcher = this._options?.fetcher === void 0;
    return request(client2, given2, isOwnFetcher, (options) => {
      const passed = Array.from({ length: Math.max(args.length, method.length) }, (_, n) => args[n]);
      passed[last] = options;
      return method.apply(this, passed);
    });
  };
  return Object.defineProperty(requested, "length", { value: method.length });
}

// overlays/cartesia/families/index.ts
var families = [
  contextRouter,
  eventStream,
  sourceRouter,
  client,
  resourceClient,
  reconnectingStt,
  reconnectingTts,
  reconnectingTtsClient,
  compatClient,
  nestedClient,
  nestedSpeaker,
  nestedSpeaker10
];

// overlays/cartesia/runtime.ts
function install2(Class, family) {
  install(Class, families, typeof __filename === "string" ? __filename : void 0, family);
}
module.exports = { install: install2 };
