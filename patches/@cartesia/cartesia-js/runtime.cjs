/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: 27a592c0b4c4faa54d3e8dc9f6ec7dfed155e48a3adf5d13d69d5ea6af12fed5 */
"use strict";

// core/symbols.ts
var marker = /* @__PURE__ */ Symbol.for("hangup.patched");
var clientKey = /* @__PURE__ */ Symbol.for("hangup.client");
var stateKey = /* @__PURE__ */ Symbol.for("hangup.state@1");
var optionsKey = /* @__PURE__ */ Symbol.for("hangup.options@1");

// core/limits.ts
var disconnectTimeout = 2e3;
var connectTimeout = 1e4;
var caps = { cancel: 500, loops: 500, close: 1e3 };
var forceCap = 250;
var maxDelay = 2 ** 31 - 1;

// core/deadline.ts
var Deadline = class _Deadline {
  static #spent = /* @__PURE__ */ new Map();
  /** By the clock of `performance.now()`. It is never later than that of a deadline in {@link #above}. */
  #at = Number.POSITIVE_INFINITY;
  #reason;
  #timer;
  #isStopped = false;
  /** The deadline that limits it and does not know of it yet: many steps have nothing to wait for, and join no tree. */
  #idleIn;
  /** The deadlines that limit this one. */
  #above;
  /** The deadlines that this one limits. Two may limit each other: a member may hand its limit on to its parent. */
  #below;
  #offs;
  #controller;
  #owner;
  /** @param owner hears that the time is spent, after all that is below */
  constructor(owner) {
    this.#owner = owner;
  }
  /** A deadline that is over, for an end that is to be forced at once. */
  static spent(reason) {
    let deadline = _Deadline.#spent.get(reason);
    if (deadline === void 0) {
      deadline = new _Deadline();
      deadline.#reason = reason;
      _Deadline.#spent.set(reason, deadline);
    }
    return deadline;
  }
  /** A deadline of its own for an end that begins; one that is to be forced at once shares that of all such ends. */
  static from(limit, owner) {
    const reason = limit instanceof _Deadline ? limit.reason : spentReason(limit);
    if (reason !== void 0) return _Deadline.spent(reason);
    const deadline = new _Deadline(owner);
    deadline.add(limit);
    return deadline;
  }
  get timeout() {
    return this.reason === void 0 ? Math.max(0, this.#until - performance.now()) : 0;
  }
  /** When its time is over. That of the deadline that limits it counts also before that one knows of it. */
  get #until() {
    return this.#idleIn === void 0 ? this.#at : Math.min(this.#at, this.#idleIn.#until);
  }
  get signal() {
    this.watch();
    if (this.#controller === void 0) {
      this.#controller = new AbortController();
      if (this.#reason !== void 0) this.#abort();
    }
    return this.#controller.signal;
  }
  /** Why the time is over; `undefined` while some is left. */
  get reason() {
    return this.#reason ?? this.#idleIn?.reason;
  }
  /**
   * The earlier of this deadline and `ms` from now. The caller ends it by {@link stop} or {@link spend}.
   *
   * @param owner hears that the time is spent, after all that is below
   */
  within(ms, owner) {
    const deadline = new _Deadline(owner);
    deadline.#at = performance.now() + ms;
    deadline.#idleIn = this;
    return deadline;
  }
  /** Begins to watch the time of one that {@link within} has made. All that it limits, and its signal, do that as well. */
  watch() {
    const above = this.#idleIn;
    if (above === void 0) return;
    this.#idleIn = void 0;
    if (this.#reason !== void 0 || this.#isStopped) return;
    const at = this.#at;
    this.#at = Number.POSITIVE_INFINITY;
    this.add(above);
    if (this.reason === void 0) this.#shorten(at, true);
  }
  /** Adds a limit. The earliest of all counts. */
  add(limit) {
    this.watch();
    if (this.#reason !== void 0) return;
    if (!(limit instanceof _Deadline)) this.#addBudget(limit);
    else if (limit.reason !== void 0) this.spend(limit.reason);
    else if (limit.#isStopped) this.#shorten(limit.#until, true);
    else if (limit !== this && !limit.#below?.has(this)) {
      limit.watch();
      limit.#below ??= /* @__PURE__ */ new Set();
      limit.#below.add(this);
      if (this.#above === void 0) this.#above = [limit];
      else this.#above.push(limit);
      this.#shorten(limit.#at, false);
    }
  }
  #addBudget(budget) {
    const reason = spentReason(budget);
    if (reason !== void 0) {
      this.spend(reason);
      return;
    }
    const { timeout, signal } = budget;
    this.#shorten(performance.now() + timeout, true);
    if (signal === void 0) return;
    this.#offs ??= [];
    this.#offs.push(onAbort(signal, () => this.spend(reasonOf(signal, budget))));
  }
  /** @param isOwn whether it needs a timer: else that of a deadline above serves for both */
  #shorten(at, isOwn2) {
    if (at >= this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    if (isOwn2) this.#startTimer();
    if (this.#below !== void 0) for (const deadline of this.#below) deadline.#shorten(at, false);
  }
  #startTimer() {
    if (this.#at === Number.POSITIVE_INFINITY) return;
    const ms = Math.min(Math.ceil(this.timeout), maxDelay);
    this.#timer = setTimeout(() => this.spend("deadline"), ms);
  }
  #abort() {
    this.#controller?.abort(this.#reason === "deadline" ? timeoutError() : void 0);
  }
  /** Ends the time now. All that is below, and the owner, hear of it before this returns. */
  spend(reason) {
    if (this.#reason !== void 0) return;
    const spent = [];
    this.#mark(reason, spent);
    for (const deadline of spent) deadline.#tell();
  }
  /** All have the reason before anybody hears of it: the first that ends may let another one begin. */
  #mark(reason, spent) {
    if (this.#reason !== void 0) return;
    this.#reason = reason;
    if (this.#below !== void 0) for (const deadline of this.#below) deadline.#mark(reason, spent);
    spent.push(this);
  }
  #tell() {
    this.#abort();
    this.#owner?.();
    this.stop();
  }
  /** Takes off its timer and listeners, because the end that it limits is over. */
  stop() {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    if (this.#above?.length === 1) this.#above[0].#below?.delete(this);
    else if (this.#above !== void 0) for (const deadline of this.#above) deadline.#below?.delete(this);
    if (this.#offs !== void 0) for (const off of this.#offs) off();
    if (this.#below?.size) for (const deadline of this.#below) deadline.#lose(this);
    this.#above = this.#below = this.#offs = void 0;
  }
  #lose(above) {
    this.#above = this.#above?.filter((deadline) => deadline !== above);
    clearTimeout(this.#timer);
    this.#startTimer();
  }
};
function spentReason(budget) {
  const { force, timeout, signal } = budget;
  if (force) return "force";
  if (signal?.aborted) return reasonOf(signal, budget);
  return timeout === 0 ? "force" : void 0;
}
var watched = /* @__PURE__ */ new WeakMap();
function onAbort(signal, listener) {
  let watch = watched.get(signal);
  if (watch === void 0) {
    const listeners2 = /* @__PURE__ */ new Set();
    watch = { listeners: listeners2, tell: () => listeners2.forEach((tell2) => void tell2()) };
    signal.addEventListener("abort", watch.tell, { once: true });
    watched.set(signal, watch);
  }
  const { listeners, tell } = watch;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || typeof signal.removeEventListener !== "function") return;
    signal.removeEventListener("abort", tell);
    watched.delete(signal);
  };
}
var timeoutError = () => new DOMException("the time to end is spent", "TimeoutError");
function reasonOf(signal, budget) {
  if (budget.reason !== void 0) return budget.reason;
  return signal.reason?.name === "TimeoutError" ? "deadline" : "abort";
}

// core/brand.ts
var brand = /* @__PURE__ */ Symbol.for("hangup.error");
function tellByCode(Class, name, codes) {
  Object.defineProperty(Class, "name", { value: name });
  const value = function(error) {
    if (Function.prototype[Symbol.hasInstance].call(this, error)) return true;
    if (this !== Class || typeof error !== "object" || error === null || !(brand in error)) return false;
    const { code } = error;
    return typeof code === "string" && codes.test(code);
  };
  Object.defineProperty(Class, Symbol.hasInstance, { value });
}

// core/errors.ts
var HangupError = class _HangupError extends Error {
  static {
    Object.defineProperty(_HangupError.prototype, brand, { value: true });
    tellByCode(_HangupError, "HangupError", /^/);
  }
  // Spelt out, because minifiers rename classes.
  name = "HangupError";
  code;
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
};
var StreamEndedError = class _StreamEndedError extends HangupError {
  static {
    tellByCode(_StreamEndedError, "StreamEndedError", /^ERR_STREAM_ENDED$/);
  }
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
var DisconnectedError = class _DisconnectedError extends HangupError {
  static {
    tellByCode(_DisconnectedError, "DisconnectedError", /^ERR_DISCONNECTED$/);
  }
  name = "DisconnectedError";
  /** @param what names the thing that was disconnected: `connection`, `client` */
  constructor(call, what = "connection") {
    super("ERR_DISCONNECTED", `${call}: this ${what} was disconnected; open a new ${what} to go on`);
  }
};
var ConnectTimeoutError = class _ConnectTimeoutError extends HangupError {
  static {
    tellByCode(_ConnectTimeoutError, "ConnectTimeoutError", /^ERR_CONNECT_TIMEOUT$/);
  }
  name = "ConnectTimeoutError";
  /** The limit, in ms. */
  timeout;
  constructor(timeout) {
    super("ERR_CONNECT_TIMEOUT", `the provider did not finish the WebSocket handshake within ${timeout} ms`);
    this.timeout = timeout;
  }
};
var ReceiveTimeoutError = class _ReceiveTimeoutError extends HangupError {
  static {
    tellByCode(_ReceiveTimeoutError, "ReceiveTimeoutError", /^ERR_RECEIVE_TIMEOUT$/);
  }
  name = "ReceiveTimeoutError";
  phase;
  /** The limit, in ms. */
  timeout;
  contextId;
  /** @param what says what has not happened, in the place of a message that did not come */
  constructor(phase, timeout, contextId, what) {
    const context = contextId === void 0 ? "" : ` on context ${contextId}`;
    const silence = `no message (${phase})${context} for ${timeout} ms`;
    super("ERR_RECEIVE_TIMEOUT", what === void 0 ? silence : `${what} within ${timeout} ms`);
    this.phase = phase;
    this.timeout = timeout;
    this.contextId = contextId;
  }
};
var PatchError = class _PatchError extends HangupError {
  static {
    tellByCode(_PatchError, "PatchError", /^ERR_PATCH_/);
  }
  name = "PatchError";
  constructor(code, what, why, next, options) {
    super(code, `${what}: ${why}. ${next}`, options);
  }
};

// core/group.ts
var Group = class {
  #members;
  /** The ends that have begun, in the order of the members. */
  #endings;
  constructor(members) {
    this.#members = members;
    this.#endings = new Array(members.length);
  }
  /** The reports of the members that have ended, in the order of the members. */
  get reports() {
    const reports = [];
    for (const ending of this.#endings) if (ending?.report !== void 0) reports.push(ending.report);
    return reports;
  }
  /** Ends all members at once. @returns `undefined` when there are none */
  together(limit) {
    if (this.#members.length === 0) return void 0;
    const limits = /* @__PURE__ */ new Map();
    for (let index = 0; index < this.#members.length; index++) {
      const { cap } = this.#members[index];
      let own = limits.get(cap);
      if (own === void 0) {
        own = within(limit, cap);
        limits.set(cap, own);
      }
      this.#end(index, own);
    }
    return new Promise((resolve) => {
      const over = () => {
        for (const own of limits.values()) if (own !== limit) own.stop();
        resolve();
      };
      if (!this.#whenEnded(over)) over();
    });
  }
  /** Ends one member after the other. @returns `undefined` when there are none */
  inOrder(limit) {
    if (this.#members.length === 0) return void 0;
    return new Promise((resolve) => {
      const next = (index) => {
        if (index === this.#members.length) resolve();
        else if (limit.reason === void 0) this.#begin(index, limit).onEnd(() => next(index + 1));
      };
      next(0);
    });
  }
  /**
   * Forces all members that have not ended, also those whose turn has not come.
   *
   * @returns false when all have ended; `ended` is not called then
   */
  force(ended, reason) {
    const spent = Deadline.spent(reason);
    for (let index = 0; index < this.#members.length; index++) {
      if (this.#endings[index]?.report === void 0) this.#end(index, spent);
    }
    return this.#whenEnded(ended);
  }
  #begin(index, limit) {
    const own = within(limit, this.#members[index].cap);
    const ending = this.#end(index, own);
    if (own !== limit) ending.onEnd(() => own.stop());
    return ending;
  }
  #end(index, limit) {
    const ending = this.#members[index].end(limit);
    this.#endings[index] = ending;
    return ending;
  }
  /** @returns false when all members have ended; `listener` is not called then */
  #whenEnded(listener) {
    const left = this.#endings.filter(isUnderWay);
    if (left.length === 0) return false;
    let count = left.length;
    const onEnd2 = () => {
      count -= 1;
      if (count === 0) listener();
    };
    for (const ending of left) ending.onEnd(onEnd2);
    return true;
  }
};
var isUnderWay = (ending) => ending !== void 0 && ending.report === void 0;
var within = (limit, cap) => cap === void 0 || cap >= limit.timeout ? limit : limit.within(cap);

// core/node.ts
function nodeModule(name) {
  const { process: process2 } = globalThis;
  try {
    if (process2?.versions?.node === void 0) return void 0;
    return process2.getBuiltinModule?.(`node:${name}`);
  } catch {
    return void 0;
  }
}
var isNode = () => nodeModule("module") !== void 0;

// core/shared.ts
function shared(name, make) {
  const key = /* @__PURE__ */ Symbol.for(`hangup.${name}`);
  const known3 = globalThis[key];
  if (known3 !== void 0) return known3;
  const value = make();
  Object.defineProperty(globalThis, key, { value, configurable: true });
  return value;
}

// core/debug.ts
var texts = {
  "hangup.end.start": ({ id, name, timeout }) => `${name} #${id}: end begins, ${Math.round(timeout)} ms`,
  "hangup.end.step": ({ id, name, step }) => {
    const time = step.outcome === "skipped" ? "" : ` in ${Math.round(step.durationMs)} ms`;
    const error = step.error === void 0 ? "" : `: ${step.error.message}`;
    return `${name} #${id}: ${step.name} ${step.outcome}${time}${error}`;
  },
  "hangup.end.finish": ({ id, name, report: { outcome, reason, durationMs, abandoned } }) => {
    const why = reason === void 0 ? "" : ` (${reason})`;
    const left = abandoned.length === 0 ? "" : `, abandoned: ${abandoned.join("; ")}`;
    return `${name} #${id}: ${outcome}${why} in ${Math.round(durationMs)} ms${left}`;
  },
  "hangup.stream.cut": ({ name, error }) => `${name}: stream cut: ${error.message}`,
  "hangup.dial.refused": ({ name, call }) => `${name}: ${call} refused, because it was disconnected`,
  "hangup.frame.unreadable": ({ name, reason }) => `${name}: ${reason}`,
  "hangup.task.error": ({ name, task, error }) => `${name}: task "${task}" failed: ${error.message}`,
  "hangup.loop.blocked": ({ ms, at }) => `the event loop was blocked for ${ms} ms by ${at}`,
  "hangup.agent.state": ({ id, pid, state: state2 }) => `agent ${id}: ${state2}, PID ${pid}`
};
function printWhenAsked() {
  shared("debug@1", () => {
    const debug = nodeModule("util")?.debuglog("hangup");
    const node = nodeModule("diagnostics_channel");
    if (debug?.enabled) {
      for (const [name, text] of Object.entries(texts)) {
        node?.subscribe(name, (message) => debug("%s", text(message)));
      }
    }
    return {};
  });
}

// core/publish.ts
var silent = { hasSubscribers: false, publish() {
} };
var channels = {};
function open(name) {
  const node = nodeModule("diagnostics_channel");
  printWhenAsked();
  return node?.channel(name) ?? silent;
}
function channelOf(name) {
  channels[name] ??= open(name);
  return channels[name];
}
function publishLater(name, make) {
  if (channelOf(name).hasSubscribers) setTimeout(() => publish(name, make), 0);
}
var isHeard = (name) => channelOf(name).hasSubscribers;
function publish(name, make) {
  const channel = channelOf(name);
  if (channel.hasSubscribers) channel.publish(make());
}

// core/scrub.ts
var patterns = [
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, "$1 [redacted]"],
  [/\b(authorization["']?\s*[=:]\s*["']?Token)\s+[^\s"',]+/gi, "$1 [redacted]"],
  [
    /\b((?:(?:xi[-_])?api[-_]?key|\w*token|authorization|secret)["']?\s*[=:]\s*["']?)(?!Bearer|Basic|Token )[^\s"'&,}]+/gi,
    "$1[redacted]"
  ],
  [/([?&]key=)[^\s"'&]+/gi, "$1[redacted]"],
  // The password in an address. An address in JSON ends at its quote.
  [/(:\/\/[^\s/?#:@"']*:)[^\s/?#"']+@/g, "$1[redacted]@"],
  // The keys of OpenAI and of Cartesia, and those of Google.
  [/\bsk[-_][A-Za-z0-9_-]{6,}|\bAIza[A-Za-z0-9_-]{6,}/g, "[redacted]"]
];
function scrub(text, secrets, maxLength = 200) {
  let clean = text;
  for (const secret of secrets.length > 1 ? [...secrets].sort((a, b) => b.length - a.length) : secrets) {
    if (secret.length > 3)
      clean = clean.split(secret).join("[redacted]").split(encodeURIComponent(secret)).join("[redacted]");
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}\u2026` : clean;
}
var isError = (value) => {
  const { message, stack } = value ?? {};
  return value instanceof Error || typeof message === "string" && typeof stack === "string";
};
var deepest = 8;
function scrubError(error, secrets, depth = 0) {
  if (error === void 0 || error === null) return void 0;
  if (!isError(error)) return copyOf(fromEvent(error), secrets, depth);
  const { name, message, stack = "", code = "" } = error;
  const isClean = [name, message, stack, code].every((text) => typeof text === "number" || isCleanText(text, secrets));
  if (!isClean || !hasCleanParts(error, secrets, depth)) return copyOf(error, secrets, depth);
  return hasCleanAddress(error, secrets) ? error : plainError(error);
}
var hasCleanAddress = ({ code, input, base }, secrets) => code !== "ERR_INVALID_URL" || [input ?? "", base ?? ""].every((text) => isCleanText(text, secrets) && !String(text).includes("@"));
var isCleanText = (text, secrets) => typeof text === "string" && scrub(text, secrets, Number.POSITIVE_INFINITY) === text;
function hasCleanParts({ errors, cause }, secrets, depth) {
  const parts = [...Array.isArray(errors) ? errors : [], cause].filter((part) => part != null);
  return parts.length === 0 || depth < deepest && parts.every((part) => part === cleanPart(part, secrets, depth));
}
function cleanPart(part, secrets, depth) {
  if (depth >= deepest) return void 0;
  if (typeof part === "string") return scrub(part, secrets, maxMessage);
  return ["object", "function", "symbol"].includes(typeof part) ? scrubError(part, secrets, depth + 1) : part;
}
var maxMessage = 500;
function copyOf(error, secrets, depth) {
  const { name, message, code, cause, errors } = error;
  const copy = new Error(scrub(message, secrets, maxMessage));
  copy.name = typeof name === "string" ? scrub(name, secrets) : "Error";
  if (typeof code === "string") copy.code = scrub(code, secrets);
  else if (typeof code === "number") copy.code = code;
  const members = [["cause", cause != null ? cleanPart(cause, secrets, depth) : void 0]];
  if (Array.isArray(errors)) members.push(["errors", errors.map((part) => cleanPart(part, secrets, depth))]);
  for (const [key, value] of members) {
    if (value !== void 0) Object.defineProperty(copy, key, { value, writable: true, configurable: true });
  }
  return copy;
}
function plainError({ name, message, code, stack }) {
  const copy = Object.assign(new Error(), { name, message }, typeof code === "string" && { code });
  if (stack !== void 0) copy.stack = stack;
  return copy;
}
function fromEvent(event) {
  const { message, name, code } = event;
  return {
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : textOf(event),
    code
  };
}
function textOf(value) {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}

// core/journal.ts
var Journal = class {
  steps = [];
  hasFailed = false;
  start = performance.now();
  #last = this.start;
  #endable;
  #id;
  constructor(endable2) {
    this.#endable = endable2;
  }
  get #end() {
    this.#id ??= ++shared("ends@1", () => ({ count: 0 })).count;
    return { id: this.#id, name: this.#endable.name };
  }
  begin(limit) {
    if (isHeard("hangup.end.start")) publish("hangup.end.start", () => ({ ...this.#end, timeout: limit.timeout }));
  }
  /** @param start by the clock of `performance.now()`; a step that was skipped has none */
  add(name, outcome, start, error) {
    const step = { name, outcome, durationMs: start === void 0 ? 0 : rounded(this.look() - start) };
    if (outcome === "failed") {
      this.hasFailed = true;
      step.error = this.#readable(error);
    }
    this.steps = this.steps.concat(step);
    if (isHeard("hangup.end.step")) this.#publish(step);
  }
  #publish(step) {
    publish("hangup.end.step", () => ({ ...this.#end, step: copyOfStep(step) }));
  }
  #readable(error) {
    try {
      const cleaned = this.#endable.clean === void 0 ? scrubError(error, []) : this.#endable.clean(error);
      if (cleaned !== void 0) return plainError(cleaned);
    } catch {
    }
    return new Error("the step gave no error that can be read");
  }
  /** When the last step ended: the next one begins then. To look at the clock is slow, and thousands may end together. */
  get last() {
    return this.#last;
  }
  /** Looks at the clock where other code has run since the last step. */
  look() {
    this.#last = performance.now();
    return this.#last;
  }
  /** From the begin to the end of the last step. */
  get durationMs() {
    return rounded(this.#last - this.start);
  }
  finish(report) {
    if (isHeard("hangup.end.finish")) publish("hangup.end.finish", () => ({ ...this.#end, report: copyOf2(report) }));
  }
};
function copyOf2(report) {
  const { steps, abandoned, members } = report;
  const copy = { ...report, steps: steps.map(copyOfStep), abandoned: [...abandoned] };
  return members === void 0 ? copy : { ...copy, members: members.map(copyOf2) };
}
function copyOfStep(step) {
  return step.error === void 0 ? { ...step } : { ...step, error: plainError(step.error) };
}
var rounded = (ms) => Math.round(ms * 1e3) / 1e3;
var elapsed = (start) => rounded(performance.now() - start);

// core/last-resort.ts
var state;
function theState() {
  state ??= shared("last-resort@1", () => ({ isRunning: false }));
  return state;
}
var isLastResort = () => theState().isRunning;

// core/report.ts
function makeReport({ name, reason, durationMs, steps, members, isAbandoned, unfinished }) {
  const abandoned = isAbandoned ? [name] : [];
  let isForced = reason !== void 0;
  if (unfinished.length > 0) abandon(abandoned, name, unfinished);
  for (let index = 0; index < (members?.length ?? 0); index++) {
    const member = members[index];
    isForced ||= member.outcome === "forced";
    if (member.abandoned.length > 0) abandon(abandoned, name, member.abandoned);
  }
  const outcome = isForced ? "forced" : "graceful";
  const report = reason === void 0 ? { name, outcome, durationMs, steps, abandoned } : { name, outcome, reason, durationMs, steps, abandoned };
  if (members !== void 0) report.members = members;
  return report;
}
function abandon(abandoned, name, parts) {
  for (const part of parts) abandoned.push(`${name} \u203A ${part}`);
}

// core/ladder.ts
var Ladder = class {
  #state = "open";
  #report;
  #ended;
  #resolve;
  #listeners;
  #steps = none;
  #next = 0;
  /** Foreign code runs in which this ladder must not climb on, unless it is the last thing that runs. */
  #isCalling = false;
  // These are made when the end begins.
  #limit;
  #journal;
  /** Ends the step under way, when the time is spent. */
  #interrupt;
  #endable;
  constructor(endable2) {
    this.#endable = endable2;
  }
  get state() {
    return this.#state;
  }
  get name() {
    return this.#endable.name;
  }
  /** How it ended; `undefined` until it has. */
  get report() {
    return this.#report;
  }
  /** Settles with the report, and never rejects. Every look gives the same promise. */
  get ended() {
    this.#ended ??= new Promise((resolve) => {
      if (this.#report === void 0) this.#resolve = resolve;
      else resolve(this.#report);
    });
    return this.#ended;
  }
  /** Calls back in the tick in which it ends; at once when it has ended already. */
  onEnd(listener) {
    if (this.#report !== void 0) listener();
    else if (this.#listeners === void 0) this.#listeners = [listener];
    else if (this.#listeners.length === 1) this.#listeners = [this.#listeners[0], listener];
    else this.#listeners.push(listener);
  }
  /**
   * Begins the end. When it has begun already, only adds the limit: the earliest of all counts.
   *
   * @param steps taken in place of those of the endable
   */
  end(limit, steps) {
    if (this.#state === "open") this.#begin(limit, steps);
    else if (this.#state === "closing") this.#limit.add(limit);
    if (isLastResort()) this.#forceAgain(this.#limit.reason);
    return this;
  }
  /** As the last resort: the stack may stand inside the very call that was about to force the rest, and never come back. */
  #forceAgain(reason) {
    if (this.#state === "closing" && reason !== void 0) {
      this.#interrupt?.();
      this.#climb();
    } else if (this.#state === "forcing" && this.#endable.forceCap === null) {
      try {
        this.#endable.force(ignore, reason ?? "force");
      } catch {
      }
    }
  }
  #begin(limit, steps) {
    const endable2 = this.#endable;
    this.#state = "closing";
    this.#isCalling = true;
    this.#journal = new Journal(endable2);
    this.#limit = Deadline.from(limit, () => this.#onSpent());
    this.#journal.begin(this.#limit);
    try {
      endable2.closeDoor?.();
    } catch {
    }
    this.#isCalling = true;
    try {
      this.#steps = steps === void 0 ? endable2.steps() : steps();
    } catch (error) {
      this.#journal.add("steps", "failed", this.#journal.start, error);
    }
    this.#isCalling = false;
    this.#climb();
  }
  #onSpent() {
    if (this.#interrupt !== void 0) this.#interrupt();
    else this.#climb();
  }
  /** Takes one step after the other, in this tick as far as that goes. */
  #climb() {
    if (this.#isCalling && !(isLastResort() && this.#limit.reason !== void 0)) return;
    while (this.#state === "closing" && this.#next < this.#steps.length) {
      const step = this.#steps[this.#next++];
      if (this.#limit.reason !== void 0) this.#journal.add(step.name, "skipped");
      else if (this.#take(step)) return;
    }
    if (this.#state === "closing") this.#force();
  }
  /** Begins one step. @returns whether it is under way: then it climbs on by itself when it is over */
  #take({ name, cap, ask }) {
    const start = this.#journal.last;
    let isOver = false;
    const end = (outcome, error) => {
      if (isOver) return;
      isOver = true;
      if (limit !== this.#limit) limit.stop();
      this.#journal.add(name, outcome, outcome === "skipped" ? void 0 : start, error);
      this.#climb();
    };
    this.#interrupt = () => end("timeout");
    const limit = cap === void 0 ? this.#limit : this.#limit.within(cap, this.#interrupt);
    this.#isCalling = true;
    try {
      const asked = ask(limit);
      if (asked === void 0) end("skipped");
      else {
        asked.then(
          () => end("ok"),
          (error) => end("failed", error)
        );
        limit.watch();
      }
    } catch (error) {
      end("failed", error);
    }
    this.#isCalling = false;
    return !isOver;
  }
  #force() {
    this.#state = "forcing";
    const spent = this.#limit.reason;
    const reason = spent ?? (this.#journal.hasFailed ? "failed" : "deadline");
    const isPolite = spent === void 0 && !this.#journal.hasFailed;
    const start = isPolite ? this.#journal.last : this.#journal.look();
    let timer;
    let isOver = false;
    const end = (outcome, error) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.#journal.add("force", outcome, outcome === "skipped" ? void 0 : start, error);
      this.#finish(outcome, reason);
    };
    let isLeft = true;
    try {
      isLeft = this.#endable.force(() => end("ok"), reason);
    } catch (error) {
      end("failed", error);
    }
    if (isLeft || this.#journal.hasFailed) this.#limit.spend(reason);
    else this.#limit.stop();
    if (!isLeft) {
      if (!isPolite) this.#journal.look();
      end("skipped");
    }
    const { forceCap: cap = forceCap } = this.#endable;
    if (isOver || cap === null) return;
    timer = setTimeout(() => {
      timer = setTimeout(() => end("timeout"), 0);
    }, cap);
  }
  #finish(forced, reason) {
    const { name } = this.#endable;
    let own = [];
    let reports;
    try {
      own = this.#endable.settle?.() ?? own;
    } catch {
    }
    try {
      reports = this.#endable.members?.();
    } catch {
    }
    const isCut = this.#limit.reason !== void 0 && reports?.some(({ outcome }) => outcome === "forced");
    this.#report = makeReport({
      name,
      reason: forced !== "skipped" || this.#journal.hasFailed || isCut || own.length > 0 ? reason : void 0,
      durationMs: this.#journal.durationMs,
      steps: this.#journal.steps,
      members: reports,
      isAbandoned: forced === "timeout" || forced === "failed",
      unfinished: own
    });
    this.#state = "closed";
    this.#journal.finish(this.#report);
    this.#resolve?.(this.#report);
    const listeners = this.#listeners;
    this.#resolve = this.#listeners = void 0;
    if (listeners === void 0) return;
    for (let index = 0; index < listeners.length; index++) {
      try {
        listeners[index]();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
};
var none = [];
var ignore = () => {
};

// overlays/foreign/members.ts
function snapshot(prototype) {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}
function replaceMembers(object, name, members) {
  const keys = Reflect.ownKeys(members);
  const before = new Map(keys.map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
  for (const [key, descriptor] of before) {
    const fixed = descriptor === void 0 ? !Object.isExtensible(object) : descriptor.configurable === false;
    if (!fixed) continue;
    throw new PatchError(
      "ERR_PATCH_FROZEN",
      `${name} cannot be overlaid`,
      `it is frozen or sealed, so \`${String(key)}\` cannot be added`,
      "Call overlay() before the code that freezes it"
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
  try {
    Object.defineProperty(object, key, { ...descriptor, configurable: true });
  } catch (error) {
    const isFixed = Object.getOwnPropertyDescriptor(object, key)?.writable !== true;
    if (isFixed || !("value" in descriptor)) throw error;
    Object.defineProperty(object, key, { value: descriptor.value });
  }
}

// overlays/foreign/keep.ts
var store;
var theStore = () => {
  store ??= shared("kept@1", () => ({ handed: void 0, fixed: /* @__PURE__ */ new WeakMap(), hasFixed: false }));
  return store;
};
function keep(object, key, value) {
  const hand = () => {
    theStore().handed = value;
  };
  try {
    setMember(object, key, { value: hand });
  } catch {
    const store2 = theStore();
    const values = store2.fixed.get(object) ?? /* @__PURE__ */ new Map();
    store2.fixed.set(object, values.set(key, value));
    store2.hasFixed = true;
  }
}
function kept(object, key) {
  const store2 = theStore();
  const hand = object[key];
  if (typeof hand === "function") hand();
  const { handed } = store2;
  store2.handed = void 0;
  const fixed = store2.hasFixed ? store2.fixed.get(object)?.get(key) : void 0;
  return fixed ?? handed;
}
function keptOwn(object, key) {
  const store2 = theStore();
  const isOwn2 = Object.hasOwn(object, key) || store2.hasFixed && store2.fixed.get(object)?.has(key) === true;
  return isOwn2 ? kept(object, key) : void 0;
}
function drop(object, key) {
  Reflect.deleteProperty(object, key);
  theStore().fixed.get(object)?.delete(key);
}

// overlays/foreign/mark.ts
function findMark(prototype) {
  return prototype[marker];
}

// overlays/foreign/weak.ts
function refTo(object) {
  return typeof WeakRef === "undefined" ? { deref: () => object } : new WeakRef(object);
}
function collections(onCollected) {
  return typeof FinalizationRegistry === "undefined" ? { register() {
  } } : new FinalizationRegistry(onCollected);
}

// overlays/late-call.ts
function lateCall(name, call, what) {
  publish("hangup.dial.refused", () => ({ name, call }));
  return new DisconnectedError(call, what);
}

// overlays/client/in-flight.ts
var InFlight = class {
  #pending = /* @__PURE__ */ new Set();
  /** Those that somebody waits for. */
  #awaited;
  #onNone = () => {
  };
  /** @returns a function to be called when it is over */
  begin(pending) {
    this.#pending.add(pending);
    if (this.#awaited !== void 0) this.#await(pending);
    return () => {
      this.#pending.delete(pending);
      this.#pass(pending);
    };
  }
  /** @returns whether one of them waited for its response */
  abort(error) {
    const pending = [...this.#pending];
    for (const one of pending) one.abort(error);
    return pending.some(({ streams }) => streams === void 0);
  }
  /** @returns a promise of the time when all are over and have been read, `undefined` when there are none */
  whenNone() {
    this.#awaited = /* @__PURE__ */ new Set();
    for (const pending of this.#pending) this.#await(pending);
    if (this.#awaited.size === 0) return void 0;
    return new Promise((resolve) => {
      this.#onNone = resolve;
    });
  }
  #await(pending) {
    this.#awaited.add(pending);
    const streams = pending.streams?.();
    if (streams === void 0) return;
    const isTold2 = streams.some((stream) => watchEnd(stream, () => this.#pass(pending)));
    if (!isTold2) this.#pass(pending);
  }
  #pass(pending) {
    if (this.#awaited?.delete(pending) && this.#awaited.size === 0) this.#onNone();
  }
};
function watchEnd(stream, onEnd2) {
  try {
    nodeModule("stream").finished(stream, onEnd2);
    return true;
  } catch {
    return false;
  }
}

// overlays/client/owned-sockets.ts
var owned = () => shared("owned@1", () => /* @__PURE__ */ new WeakSet());
var watchersKey = /* @__PURE__ */ Symbol.for("hangup.watchers@1");
var watchersOf = (socket) => kept(socket, watchersKey) ?? [];
function noteWatcher(socket, connection) {
  keep(socket, watchersKey, watchersOf(socket).concat(connection));
}
function noteOwned(connection) {
  owned().add(connection);
}
function isOwned(socket) {
  return watchersOf(socket).some((connection) => owned().has(connection));
}

// overlays/client/client-state.ts
var ClientState = class {
  /** Weak references: a connection lives as long as the SDK's object does. One without a socket can still open another. */
  #members = /* @__PURE__ */ new Set();
  #known = /* @__PURE__ */ new WeakSet();
  #inFlight = new InFlight();
  #collected = collections((ref) => this.#members.delete(ref));
  /** How long streams and requests may finish, in ms. */
  #drain = 0;
  /** Requests in flight have been ended. */
  areRequestsOver = false;
  /** The time that is left to requests. */
  #requestTime;
  /** The members that were open when the end began. */
  #ending = new Group([]);
  /** Requests that waited for a response were aborted when the end began. */
  #hasAborted = false;
  /** Connections that it may have opened before it was overlaid: nothing of hangup can reach them. */
  #early = /* @__PURE__ */ new Set();
  #lookBack;
  /** The end was forced before everything could end politely. */
  #isForced = true;
  #ladder = new Ladder({
    name: "client",
    forceCap: null,
    closeDoor: () => {
      this.hasOpened(this.#lookBack());
      const members = this.#all().filter(({ closed }) => !closed);
      this.#ending = new Group(members.map((member) => ({ end: (limit) => member.end(limit, this.#drain) })));
      if (this.#drain === 0) this.#abortRequests();
    },
    steps: () => [{ name: "connections", ask: (limit) => this.#endPolitely(limit) }],
    force: (ended, reason) => {
      this.#abortRequests();
      return this.#ending.force(ended, reason) || this.#forceRest(ended);
    },
    settle: () => [...this.#hasForcedRequests ? ["requests in flight"] : [], ...this.#left.map(() => early)],
    members: () => this.#ending.reports
  });
  /** @param lookBack finds the connections that the client may have opened before hangup knew it */
  constructor(lookBack = () => []) {
    this.#lookBack = lookBack;
  }
  get ended() {
    return this.#ladder.state !== "open";
  }
  get closed() {
    return this.#ladder.state === "closed";
  }
  get connected() {
    return this.#all().some((member) => member.connected);
  }
  get connections() {
    return this.#all().flatMap(({ connections }) => connections);
  }
  /** @throws {DisconnectedError} once the client was disconnected */
  admit(call) {
    if (this.ended) throw this.refuse(call);
  }
  /** Makes the error for a call that came too late. */
  refuse(call) {
    return lateCall("client", call, "client");
  }
  /**
   * Adds a member, once. One without a connection that the client learns of after its own end is ended at once: its first call
   * must not dial.
   */
  add(member) {
    if (this.#known.has(member)) return;
    this.#known.add(member);
    noteOwned(member);
    if (this.ended && !member.connected) {
      member.end(Deadline.spent("force"));
      return;
    }
    const ref = refTo(member);
    this.#members.add(ref);
    this.#collected.register(member, ref);
  }
  /** The client, or another one of its provider, has opened these before hangup knew the client. */
  hasOpened(early2) {
    for (const socket of early2) this.#early.add(socket);
  }
  get #left() {
    return [...this.#early].filter(({ isLeft }) => isLeft);
  }
  /** @returns a function to be called when it is over */
  begin(pending) {
    return this.#inFlight.begin(pending);
  }
  /** @param drain how long streams may finish, in ms. When the end has begun already, it can only shorten that. */
  end(limit, drain = 0) {
    this.#drain = this.ended ? Math.min(this.#drain, drain) : drain;
    const ladder = this.#ladder.end(limit);
    this.shortenDrain(drain);
    return ladder;
  }
  shortenDrain(ms) {
    if (this.#ladder.state !== "closing") return;
    this.#requestTime?.add({ timeout: ms });
    for (const member of this.#all()) member.shortenDrain?.(ms);
  }
  #all() {
    return [...this.#members].flatMap((ref) => ref.deref() ?? []);
  }
  #abortRequests() {
    if (this.areRequestsOver) return;
    this.areRequestsOver = true;
    this.#hasAborted = this.#inFlight.abort(new DisconnectedError("request", "client"));
  }
  #endPolitely(limit) {
    this.#isForced = false;
    const finished = this.#finishRequests(limit);
    const ended = this.#ending.together(limit);
    const all = finished === void 0 ? ended : Promise.all([finished, ended]);
    if (this.#left.length === 0) return all;
    return Promise.resolve(all).then(() => {
      if (this.#left.length > 0) throw new Error(earlyMessage);
    });
  }
  #finishRequests(limit) {
    const none4 = this.areRequestsOver ? void 0 : this.#inFlight.whenNone();
    if (none4 === void 0) return void 0;
    return new Promise((resolve) => {
      const time = limit.within(this.#drain, () => {
        this.#isForced = limit.reason !== void 0;
        this.#abortRequests();
        resolve();
      });
      time.watch();
      this.#requestTime = time;
      void none4.then(() => {
        time.stop();
        resolve();
      });
    });
  }
  get #hasForcedRequests() {
    return this.#hasAborted && this.#isForced;
  }
  /** Requests ended when the door was closed, and early connections cannot be reached: only the report is left to say so. */
  #forceRest(ended) {
    const hasRest = this.#hasForcedRequests || this.#isForced && this.#left.length > 0;
    if (hasRest) ended();
    return hasRest;
  }
};
var early = "connection opened before overlay()";
var earlyMessage = "a connection to the provider was open before overlay(), and has not ended. End it before the client, or overlay the client before it connects";
function knownState(client2) {
  return kept(client2, stateKey);
}
function clientState(client2) {
  const known3 = knownState(client2);
  if (known3 !== void 0) return known3;
  const state2 = new ClientState(() => findMark(client2)?.openedBefore?.(client2) ?? []);
  if (!isPrototype(client2)) keep(client2, stateKey, state2);
  return state2;
}
var isPrototype = (object) => Object.hasOwn(object, "constructor") && object.constructor?.prototype === object;

// overlays/foreign/tap.ts
var Tap = class {
  #object;
  #key;
  #onCall;
  #watchers = 0;
  #observed;
  #restore = () => {
  };
  /** @param onCall is called after the method, with the object that it was called on. It must not throw. */
  constructor(object, key, onCall) {
    this.#object = object;
    this.#key = key;
    this.#onCall = onCall;
  }
  /** Begins to see the calls. {@link close} has to follow. Sees none where the object is frozen. */
  open() {
    if (++this.#watchers > 1 || this.#observed !== void 0) return;
    const method = this.#object[this.#key];
    const onCall = (self) => {
      if (this.#watchers > 0) this.#onCall(self);
    };
    const observed = function(...args) {
      const result = method.apply(this, args);
      onCall(this);
      return result;
    };
    try {
      this.#restore = replaceMembers(this.#object, this.#key, { [this.#key]: { value: observed, writable: true } });
      this.#observed = observed;
    } catch {
    }
  }
  close() {
    if (--this.#watchers > 0 || this.#object[this.#key] !== this.#observed) return;
    this.#observed = void 0;
    this.#restore();
  }
};

// overlays/foreign/dial.ts
var none2 = [];
var upgraded = () => shared("upgraded@1", () => /* @__PURE__ */ new WeakMap());
var webSocketOver = (tcp) => upgraded().get(tcp);
var Dial = class {
  /** The connections that have been opened, for a request that has not been sent yet. */
  #dialled = none2;
  /** The request that was sent last, and its connection. */
  #sent;
  #isTaking = false;
  /** Connections that are opened from now on belong to it. */
  #isUnderWay;
  #isUpgraded = false;
  #isDestroyed = false;
  /**
   * @param begin since when its context opens connections for it: from the first moment, or from the first request of
   *   undici's on. Code of the user's may run before, in a `fetch` of his own, and open connections of its own.
   */
  constructor(begin) {
    this.#isUnderWay = begin === "at once";
  }
  /** Runs code that dials, now or later. {@link release} has to follow. */
  watch(open2) {
    const observer2 = observe();
    if (observer2 === void 0) return open2();
    if (!this.#isTaking) observer2.open();
    this.#isTaking = true;
    return observer2.context.run(this, open2);
  }
  /** The answer has come, or never will: connections that are opened from now on belong to others. */
  release() {
    if (!this.#isTaking) return;
    this.#isTaking = false;
    this.#dialled = none2;
    observe()?.close();
  }
  /** The connection has become a WebSocket, which it stays until its end. */
  upgrade(webSocket) {
    this.#isUpgraded = true;
    if (this.#sent !== void 0) upgraded().set(this.#sent.socket, webSocket);
    if (this.#isDestroyed) this.destroy();
    this.release();
  }
  /**
   * Destroys its connections, unless they have come to serve others. Never throws.
   *
   * @returns false when it knows of none: then there may be one that it did not find, or others share it
   */
  destroy() {
    this.#isDestroyed = true;
    const dialled = this.#dialled.filter(isOwn);
    for (const socket2 of dialled) destroy(socket2, new Error("disconnected"));
    if (this.#sent === void 0 || !isOwn(this.#sent.socket)) return dialled.length > 0;
    const { request: request2, socket } = this.#sent;
    if (this.#isUpgraded || request2.completed === false) destroy(socket);
    return true;
  }
  onConnect(socket) {
    if (!this.#isTaking || !this.#isUnderWay) return;
    this.#dialled = this.#dialled.concat(socket);
    if (this.#isDestroyed) this.destroy();
  }
  /** @returns whether the request belongs to it */
  onRequest() {
    if (this.#isTaking) this.#isUnderWay = true;
    return this.#isTaking;
  }
  onSent(message) {
    if (!this.#isTaking) return;
    this.#sent = message;
    if (message.request.method !== "CONNECT") this.#dialled = none2;
    if (this.#isDestroyed) this.destroy();
  }
};
var isOwn = ({ alpnProtocol }) => alpnProtocol !== "h2";
function destroy(socket, error) {
  socket.on("error", () => {
  });
  socket.destroy(error);
}
var Observer = class {
  context;
  #diagnostics;
  #connects;
  #owners = /* @__PURE__ */ new WeakMap();
  #dials = 0;
  constructor(diagnostics) {
    const { AsyncLocalStorage } = nodeModule("async_hooks");
    const { Socket } = nodeModule("net");
    this.context = new AsyncLocalStorage();
    this.#diagnostics = diagnostics;
    this.#connects = new Tap(Socket.prototype, "connect", (socket) => {
      this.context.getStore()?.onConnect(socket);
    });
  }
  #onRequest = ({ request: request2 }) => {
    const dial = this.context.getStore();
    if (dial?.onRequest()) this.#owners.set(request2, dial);
  };
  #onSent = (message) => {
    this.#owners.get(message.request)?.onSent(message);
  };
  open() {
    if (++this.#dials > 1) return;
    this.#connects.open();
    this.#diagnostics.subscribe("undici:request:create", this.#onRequest);
    this.#diagnostics.subscribe("undici:client:sendHeaders", this.#onSent);
  }
  close() {
    if (--this.#dials > 0) return;
    this.#connects.close();
    this.#diagnostics.unsubscribe("undici:request:create", this.#onRequest);
    this.#diagnostics.unsubscribe("undici:client:sendHeaders", this.#onSent);
    this.context.disable();
  }
};
var observer;
function observe() {
  if (observer !== void 0) return observer;
  const diagnostics = nodeModule("diagnostics_channel");
  if (diagnostics !== void 0) observer = new Observer(diagnostics);
  return observer;
}

// overlays/sockets/ws.ts
function isWsSocket(socket) {
  const isWhole = wsMethods.every((name) => typeof socket[name] === "function");
  return isWhole && Array.isArray(socket.listeners("message"));
}
var wsMethods = ["ping", "emit", "listeners"];
function canTerminate(socket) {
  return typeof socket.terminate === "function";
}
function onClosing(socket, listener) {
  const { close } = socket;
  const isWs = isWsSocket(socket);
  const observed = (code, reason) => {
    close.call(socket, code, reason);
    const isAsked = isWs && socket._closeFrameReceived === true;
    listener(isAsked ? { code: code ?? 1005, reason: String(reason ?? "") } : void 0);
  };
  setMember(socket, "close", { value: observed, writable: true });
}
function onTcpError(socket, listener) {
  socket._socket?.prependListener?.("error", listener);
}
function onTcpClose(socket, listener) {
  const { _socket: tcp, _receiver: receiver } = socket;
  if (receiver?.writableLength === 0 && !tcp?.readableLength) return;
  if (tcp?.closed) {
    listener();
    return;
  }
  tcp?.prependListener?.("close", () => queueMicrotask(listener));
}

// overlays/sockets/open-sockets.ts
var known = /* @__PURE__ */ new WeakMap();
function openSockets(isOwned2) {
  if (!isNode()) return [];
  const { process: process2 } = globalThis;
  return (process2?._getActiveHandles?.() ?? []).flatMap((handle) => {
    const tcp = handle;
    const address = addressOf(tcp);
    if (address === void 0 || isTaken(tcp, isOwned2)) return [];
    const open2 = known.get(tcp) ?? describe(tcp, address, isOwned2);
    if (open2 === void 0) return [];
    known.set(tcp, open2);
    return [open2];
  });
}
function describe(tcp, address, isOwned2) {
  if (!URL.canParse(address)) return void 0;
  const ref = refTo(tcp);
  return {
    url: new URL(address),
    get isLeft() {
      const tcp2 = ref.deref();
      return tcp2 !== void 0 && addressOf(tcp2) !== void 0 && !isTaken(tcp2, isOwned2);
    }
  };
}
function isTaken(tcp, isOwned2) {
  const socket = wsOver(tcp) ?? webSocketOver(tcp);
  return tcp.destroyed === true || socket !== void 0 && isOwned2(socket);
}
function addressOf(tcp) {
  if (tcp.server != null) return void 0;
  return wsOver(tcp)?.url ?? handshakeOn(tcp) ?? upgradedBy(tcp);
}
function wsOver(tcp) {
  for (const key of Object.getOwnPropertySymbols(tcp)) {
    const value = tcp[key];
    if (typeof value === "object" && value !== null && isWsSocket(value)) {
      if (value._socket === tcp) return value;
    }
  }
  return void 0;
}
function handshakeOn({ _httpMessage: request2 }) {
  if (!request2?.protocol || request2.getHeader?.("upgrade") !== "websocket") return void 0;
  return `${request2.protocol}//${request2.getHeader("host")}`;
}
function upgradedBy(tcp) {
  const parser = Object.getOwnPropertySymbols(tcp).find(({ description }) => description === "parser");
  if (parser === void 0 || tcp[parser] !== null) return void 0;
  const host = tcp.servername || tcp._host || tcp.remoteAddress;
  return `${tcp.encrypted ? "https" : "http"}://${host?.includes(":") ? `[${host}]` : host}:${tcp.remotePort}`;
}

// overlays/client/early-connections.ts
var EarlyConnections = class {
  #sdk;
  #addressesOf;
  /** The sockets that were open when the class was overlaid. */
  #atOverlay = [];
  /**
   * @param sdk its name, which is that of the provider's own domain
   * @param addressesOf lists addresses of the client's provider; values that are no URLs count for nothing
   */
  constructor(sdk, addressesOf) {
    this.#sdk = sdk;
    this.#addressesOf = addressesOf;
  }
  look() {
    this.#atOverlay = openSockets(isOwned);
  }
  /**
   * @param isNew true when hangup meets this client now, and has seen none of its connections; false when it has known the client from
   *   the begin, so that there are none from before; anything else when it cannot tell
   */
  of(client2, isNew) {
    if (isNew === false) return [];
    const sockets = isNew === true ? openSockets(isOwned) : this.#atOverlay;
    if (sockets.length === 0) return [];
    const hosts = new Set(urlsIn(this.#addresses(client2)).map((url) => this.#hostOf(url)));
    return sockets.filter(({ url }) => hosts.has(this.#hostOf(url)));
  }
  /** Providers have several hosts in a domain of their name, such as `api.` and `streaming.`: then it is the domain. */
  #hostOf({ host, hostname }) {
    const [domain, name] = /([^.]+)\.[a-z]+$/i.exec(hostname) ?? [];
    return domain !== void 0 && name === this.#sdk ? domain : host;
  }
  #addresses(client2) {
    try {
      return this.#addressesOf(client2);
    } catch {
      return [];
    }
  }
};
function urlsIn(addresses) {
  const urls = addresses.filter((address) => typeof address === "string" && URL.canParse(address));
  return urls.map((url) => new URL(url));
}

// overlays/version.ts
var version = "0.1.0";

// overlays/seams/families.ts
function findSite(target, families2) {
  const below = [];
  const start = typeof target === "function" ? target.prototype : target;
  if (typeof start !== "object") return void 0;
  for (let at = start; at !== null; at = Object.getPrototypeOf(at)) {
    const prototype = at;
    const family = families2.find(({ required: required2, prototypeOf, isOwn: isOwn2 }) => {
      if (prototypeOf !== void 0 || !Object.hasOwn(prototype, required2[0])) return false;
      return required2.every((name) => name in prototype) && isOwn2?.(prototype, target) !== false;
    });
    if (family !== void 0) return { family, prototype, below };
    below.push(at);
  }
  if (start === null) return void 0;
  return typeof target === "function" ? markedSite(start, families2) : siteOfInstance(start, below, families2);
}
function markedSite(start, families2) {
  const family = families2.find((one) => one.prototypeOf && markOf(one) === findMark(start)?.family);
  return family && { family, prototype: start, below: [] };
}
function siteOfInstance(instance, above, families2) {
  for (const family of families2) {
    const prototype = family.prototypeOf?.(instance);
    if (prototype !== void 0) return { family, prototype, below: above.slice(0, above.indexOf(prototype)) };
  }
  return void 0;
}
var markOf = ({ sdk, name }) => `${sdk}/${name}`;
function namedSite(Class, families2, named) {
  const family = families2.find(({ name }) => name === named);
  const { prototype } = Class;
  return family && { family, prototype, below: [] };
}

// core/options.ts
function checkMs(name, value, least = 0) {
  if (typeof value === "number" && value >= least && value <= maxDelay) return value;
  throw new TypeError(
    `${name}: ${typeof value === "string" ? JSON.stringify(value) : String(value)} is not a number of ms from ${least} to ${maxDelay}`
  );
}
function checkKeys(name, value, known3) {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: ${String(value)} is not an options object; known options: ${known3.join(", ")}`);
  }
  const unknown = Object.keys(value).find((key) => !known3.includes(key));
  if (unknown !== void 0) throw new TypeError(`${name}: unknown option "${unknown}"; known: ${known3.join(", ")}`);
}
function checkSignal(call, signal) {
  if (signal !== void 0 && typeof signal?.addEventListener !== "function") {
    throw new TypeError(`${call}: signal must be an AbortSignal`);
  }
}
var budgetKeys = ["force", "timeout", "drain", "signal"];
function readBudget(input, defaultTimeout, call = "disconnect()") {
  if (input instanceof Deadline) return input;
  if (!isOptions(input)) return { force: input === true, timeout: defaultTimeout };
  if (!isLimit(input)) checkKeys(call, input, budgetKeys);
  const { force, timeout, drain, signal } = input;
  if (force !== void 0 && typeof force !== "boolean") throw new TypeError(`${call}: force must be true or false`);
  checkSignal(call, signal);
  const drained = drain === void 0 ? 0 : checkMs(`${call}: drain`, drain);
  return {
    force: force === true,
    timeout: timeout === void 0 ? Math.min(defaultTimeout + drained, maxDelay) : checkMs(`${call}: timeout`, timeout),
    drain: drained,
    signal
  };
}
function isOptions(input) {
  if (typeof input !== "object" || input === null) return false;
  if (isPlain(input)) return !("outcome" in input && "steps" in input);
  const keys = Object.keys(input);
  return isLimit(input) || keys.length > 0 && keys.every((key) => budgetKeys.includes(key));
}
var isLimit = (input) => !isPlain(input) && "timeout" in input && "signal" in input;
function isPlain(object) {
  const prototype = Object.getPrototypeOf(object);
  return prototype === null || !Array.isArray(object) && Object.getPrototypeOf(prototype) === null;
}

// overlays/seams/overlay-options.ts
var defaults = { timeout: disconnectTimeout, connectTimeout };
var layersOf = (target) => keptOwn(target, optionsKey);
function coverWith(target, options, use) {
  const reset = setOptions(
    typeof target === "function" ? target.prototype : target,
    options
  );
  try {
    use();
    return reset;
  } catch (error) {
    reset();
    throw error;
  }
}
function setOptions(target, options) {
  const layer = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== void 0));
  const known3 = layersOf(target);
  if (known3 !== void 0) known3.push(layer);
  else keep(target, optionsKey, [layer]);
  return () => {
    const layers = layersOf(target) ?? [];
    const index = layers.indexOf(layer);
    if (index < 0) return;
    layers.splice(index, 1);
    if (layers.length === 0) drop(target, optionsKey);
  };
}
function optionsOfInstance(instance, client2) {
  const options = { ...defaults };
  addThoseOfClasses(options, instance);
  if (client2 !== void 0) {
    addThoseOfClasses(options, client2);
    addThoseOf(options, client2);
  }
  addThoseOf(options, instance);
  return options;
}
function addThoseOfClasses(options, instance) {
  const prototype = Object.getPrototypeOf(instance);
  if (prototype === null) return;
  addThoseOfClasses(options, prototype);
  addThoseOf(options, prototype);
}
function addThoseOf(options, target) {
  const layers = layersOf(target);
  if (layers !== void 0) Object.assign(options, ...layers);
}
function isHandedIn(instance) {
  for (let at = instance; at !== null; at = Object.getPrototypeOf(at)) {
    if (layersOf(at) !== void 0) return true;
  }
  return false;
}

// overlays/seams/handled.ts
function handled(promise) {
  promise.catch(() => {
  });
  return promise;
}
function isPromise(value) {
  return typeof value?.then === "function";
}

// overlays/seams/refusals.ts
function wrongTarget(target, why, next = "Use a version of the SDK that the README lists", options) {
  if (isPromise(target)) {
    return new PatchError(
      "ERR_PATCH_TARGET",
      "overlay() cannot patch a promise",
      "its result is the target",
      "Await it first"
    );
  }
  return new PatchError("ERR_PATCH_TARGET", `overlay() cannot patch ${nameOf(target)}`, why, next, options);
}
function nameOf(target) {
  if (typeof target === "function") return target.name === "" ? "a function without a name" : `class ${target.name}`;
  return typeof target === "object" && target !== null ? "this object" : String(target);
}
function refuseProxy(ws, touch) {
  try {
    touch();
  } catch (cause) {
    const why = "it is a proxy, in front of a connection that was opened before overlay()";
    throw wrongTarget(ws, why, "Hand in the connection itself", { cause });
  }
}
function overridden(object, name) {
  return new PatchError(
    "ERR_PATCH_SUBCLASS",
    `overlay() cannot patch ${object.constructor?.name ?? "this object"}`,
    `it overrides ${name}(), and hangup has to be the one who answers that call`,
    "Overlay the class of the SDK itself before it is subclassed, and wrap the connection instead of overriding it"
  );
}
function webSocketRefused(why, next) {
  return new PatchError("ERR_PATCH_WEBSOCKET", "the WebSocket option of overlay() cannot be honoured", why, next);
}

// overlays/seams/attach.ts
function attach(target, families2, self, named) {
  const site = named === void 0 ? findSite(target, families2) : namedSite(target, families2, named);
  if (site === void 0) throw wrongTarget(target, "it is of no kind that hangup knows");
  const { prototype, below, family } = site;
  const present = findMark(prototype);
  const { mark, put } = present?.family !== markOf(family) ? inUse.get(prototype) ?? prepare(prototype, family, self) : { mark: present, put: () => () => {
  } };
  const replaced = Object.keys(mark.functions);
  for (const object of below) {
    const name = replaced.find((name2) => Object.hasOwn(object, name2));
    if (name !== void 0) throw overridden(object, name);
  }
  return { mark, detach: put() };
}
var inUse = /* @__PURE__ */ new WeakMap();
function prepare(prototype, family, self) {
  const seams = family.seams(prototype, self);
  const { registry } = seams;
  const [ofClass, ...ofOthers] = seams.patches;
  const mark = makeMark(prototype, family, seams);
  const marked = { ...ofClass.members, [marker]: { value: mark } };
  let removeOthers;
  const onUnused = () => {
    removeOthers?.();
    removeOthers = void 0;
    inUse.delete(prototype);
  };
  const prepared = {
    mark,
    put() {
      const remove = replaceMembers(prototype, ofClass.name, marked);
      try {
        removeOthers ??= replaceAll(ofOthers);
        registry?.activate();
      } catch (error) {
        remove();
        onUnused();
        throw error;
      }
      inUse.set(prototype, prepared);
      return () => {
        remove();
        if (registry === void 0) onUnused();
        else registry.retire(ofClass.name, marked, onUnused);
      };
    }
  };
  return prepared;
}
function makeMark(prototype, family, { patches, registry, adopt, check }) {
  const { addressesOf } = family;
  const early2 = addressesOf && new EarlyConnections(family.sdk, addressesOf);
  const isOfClass = (target) => Object.prototype.isPrototypeOf.call(prototype, target);
  const note = (client2, isNew) => {
    const found = early2?.of(client2, isNew) ?? [];
    if (found.length > 0) clientState(client2).hasOpened(found);
  };
  return {
    version,
    family: markOf(family),
    functions: functionsOf(patches[0].members),
    cover(target, options) {
      check?.(options);
      const isInstance = isOfClass(target);
      if (isInstance) note(target, adopt?.(target));
      return coverWith(target, options, () => isInstance && registry?.connectionOf(target));
    },
    lookBack(target) {
      early2?.look();
      if (isOfClass(target)) note(target);
    },
    openedBefore(client2) {
      if (early2 === void 0) return [];
      let isNew = true;
      try {
        isNew = adopt?.(client2);
      } catch {
      }
      return early2.of(client2, isNew);
    }
  };
}
function functionsOf(members) {
  const entries = Object.entries(members).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === "function"));
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

// overlays/seams/disconnectable-members.ts
function disconnectableMembers({ levelOf, optionsOf, isInstance }) {
  const members = {
    get connected() {
      const object = this;
      return isInstance(object) && levelOf(object).connected;
    },
    // The class had no such member: an app may keep a flag of its own under this name.
    set connected(value) {
      setMember(this, "connected", { value, writable: true, enumerable: true });
    },
    disconnect(force) {
      const timeout = force === true ? 0 : optionsOf(this).timeout;
      const budget = readBudget(force, timeout);
      return levelOf(this).end(budget, "drain" in budget ? budget.drain : 0).ended;
    },
    async [Symbol.asyncDispose]() {
      await this.disconnect();
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/client/members.ts
function clientMembers(access) {
  const { levelOf, isInstance } = access;
  const members = {
    get connections() {
      return isInstance(this) ? levelOf(this).connections : [];
    },
    // The class had no such member: an app may keep a list of its own under this name.
    set connections(value) {
      setMember(this, "connections", { value, writable: true, enumerable: true });
    }
  };
  return { ...disconnectableMembers(access), ...Object.getOwnPropertyDescriptors(members) };
}
var ownClientMembers = () => clientMembers({
  levelOf: clientState,
  optionsOf: (client2) => optionsOfInstance(client2),
  isInstance: (client2) => knownState(client2) !== void 0
});

// overlays/foreign/globals.ts
var replacements = () => shared("replacements@1", () => /* @__PURE__ */ new WeakMap());
function replaceForMoment(object, key, value) {
  const before = Object.getOwnPropertyDescriptor(object, key);
  const replacement = { before, isOver: false };
  replacements().set(value, replacement);
  const enumerable = before?.enumerable ?? false;
  Object.defineProperty(object, key, { value, writable: true, configurable: true, enumerable });
  return () => {
    replacement.isOver = true;
    if (Object.getOwnPropertyDescriptor(object, key)?.value !== value) return;
    const former = formerOf(before);
    if (former === void 0) Reflect.deleteProperty(object, key);
    else Object.defineProperty(object, key, former);
  };
}
function formerOf(before) {
  const replacement = replacements().get(before?.value);
  return replacement?.isOver ? formerOf(replacement.before) : before;
}
function withGlobal(key, value, action) {
  const restore = replaceForMoment(globalThis, key, value);
  try {
    return action();
  } finally {
    restore();
  }
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
    const constructed = construct();
    constructed?.then?.(void 0, () => {
    });
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    restore();
  }
  return instance;
}

// overlays/connection/members.ts
function connectionMembers(registry, own = "socket") {
  return disconnectableMembers({
    levelOf: (ws) => registry.connectionOf(ws),
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, own)
  });
}

// overlays/sockets/socket.ts
var CONNECTING = 0;
var OPEN = 1;
var CLOSING = 2;
var CLOSED = 3;

// overlays/sockets/watch.ts
var observersKey = /* @__PURE__ */ Symbol("hangup.observers");
var Observers = class _Observers {
  // A chain is one function, however many are told: there is little to look at, which counts when thousands of sockets end together.
  #first;
  #last;
  #handshake;
  onThrow;
  judge;
  #socket;
  #emit;
  constructor(socket) {
    const { emit } = socket;
    this.#socket = socket;
    this.#emit = emit;
    const observed = (type, ...args) => {
      if (type !== "message") return this.#observe(type, args);
      try {
        return emit.call(socket, type, args[0], args[1]);
      } catch (error) {
        if (this.onThrow?.(args[0], error)) return true;
        throw error;
      }
    };
    setMember(socket, "emit", { value: observed, writable: true });
  }
  static of(socket) {
    const known3 = kept(socket, observersKey);
    if (known3 !== void 0) return known3;
    const observers = new _Observers(socket);
    keep(socket, observersKey, observers);
    return observers;
  }
  add(order, type, listener) {
    if (order === "first") this.#first = added(this.#first, type, listener);
    else this.#last = added(this.#last, type, listener);
  }
  addHandshake(listener) {
    this.#handshake = chain(this.#handshake, listener);
  }
  #endHandshake(hasOpened) {
    const tell = this.#handshake;
    this.#handshake = void 0;
    tell?.(hasOpened);
  }
  #observe(type, args) {
    if (type === "close") this.#endHandshake(false);
    if (isTold(type)) this.#first?.[type]?.(...args);
    try {
      return type === "error" ? this.#tellError(args[0]) : this.#emit.call(this.#socket, type, ...args);
    } finally {
      if (type === "open") this.#endHandshake(true);
      if (isTold(type)) this.#last?.[type]?.(...args);
    }
  }
  #tellError(error) {
    const isHeard2 = this.#socket.listeners("error").length > 0;
    const told = this.judge === void 0 ? error : this.judge(error, isHeard2);
    const isSunk = told === void 0 || !isHeard2 && this.#last?.error !== void 0;
    return isSunk || this.#emit.call(this.#socket, "error", told);
  }
};
var isTold = (type) => type === "close" || type === "error" || type === "pong";
function added(known3, type, listener) {
  const chains = known3 ?? { error: void 0, close: void 0, pong: void 0 };
  chains[type] = chain(chains[type], listener);
  return chains;
}
function chain(before, last2) {
  if (before === void 0) return last2;
  return (...args) => {
    before(...args);
    last2(...args);
  };
}
function onOpen(socket, listener) {
  if (isWsSocket(socket)) Observers.of(socket).addHandshake((hasOpened) => hasOpened && listener());
  else socket.addEventListener("open", listener);
}
function onHandshake(socket, listener) {
  if (isWsSocket(socket)) {
    Observers.of(socket).addHandshake(listener);
    return;
  }
  let isOver = false;
  const tell = (hasOpened) => {
    if (isOver) return;
    isOver = true;
    listener(hasOpened);
  };
  socket.addEventListener("open", () => tell(true));
  socket.addEventListener("close", () => tell(false));
}
function onError(socket, listener, order = "last") {
  if (isWsSocket(socket)) Observers.of(socket).add(order, "error", listener);
  else socket.addEventListener("error", (event) => listener(event.error ?? event));
}
function onClose(socket, order, listener) {
  if (isWsSocket(socket)) Observers.of(socket).add(order, "close", listener);
  else socket.addEventListener("close", ({ code, reason }) => listener(code, reason));
}
function onPong(socket, listener) {
  Observers.of(socket).add("last", "pong", listener);
}
function guardMessages(socket, onThrow) {
  if (isWsSocket(socket)) Observers.of(socket).onThrow = onThrow;
}

// overlays/sockets/native.ts
var dials = () => shared("dials@1", () => /* @__PURE__ */ new WeakMap());
var lostSockets;
function lost() {
  lostSockets ??= shared("lost@1", () => /* @__PURE__ */ new WeakSet());
  return lostSockets;
}
function openDestroyable(open2) {
  const dial = new Dial("at once");
  let socket;
  try {
    socket = dial.watch(open2);
  } catch (error) {
    dial.release();
    throw error;
  }
  if (dials().has(socket)) dial.release();
  else if (isNode() && isNative(socket)) destroyNativeWith(dial, socket);
  else if (canTerminate(socket)) destroyHandshakeWith(dial, socket);
  else dial.release();
  return socket;
}
function destroyHandshakeWith(dial, socket) {
  onHandshake(socket, (hasOpened) => {
    if (!hasOpened) dial.destroy();
    dial.release();
  });
}
function destroyNativeWith(dial, socket) {
  dials().set(socket, dial);
  let hasOpened = false;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    if (!hasOpened && !dial.destroy()) lost().add(socket);
    dial.release();
    setMember(socket, "readyState", { value: CLOSED });
  };
  const { close } = socket;
  const closeAll = (code, reason) => {
    if (socket.readyState === CONNECTING) dial.destroy();
    close.call(socket, code, reason);
  };
  setMember(socket, "close", { value: closeAll, writable: true });
  socket.addEventListener("open", () => {
    hasOpened = true;
    dial.upgrade(socket);
  });
  socket.addEventListener("close", end);
  socket.addEventListener("error", () => {
    if (hasOpened) return;
    queueMicrotask(() => {
      if (isOver) return;
      end();
      socket.dispatchEvent(closeEvent());
    });
  });
}
function destroyNative(socket) {
  dials().get(socket)?.destroy();
}
function isLost(socket) {
  return lost().has(socket);
}
function isNative(socket) {
  return Object.prototype.toString.call(socket) === "[object WebSocket]" && !canTerminate(socket);
}
function closeEvent() {
  return Object.assign(new Event("close"), { code: 1006, reason: "", wasClean: false });
}

// overlays/stainless/event-stream/members.ts
function eventStreamMembers(sdk, registry, opening, hearsEvents) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    close(props) {
      return of(this).closeWith(props);
    },
    send(event) {
      of(this).onSend("send()", event);
      sdk.send.call(this, event);
    },
    sendRaw(data) {
      of(this).onSend("sendRaw()");
      sdk.sendRaw.call(this, data);
    },
    [Symbol.asyncIterator]() {
      const iterator = sdk[Symbol.asyncIterator].call(this);
      if (of(this).isOver) this._internalEvents._emit("close", this._lastCloseCode, this._lastCloseReason, []);
      return iterator;
    },
    _createSocket(url, headers) {
      const create = () => sdk._createSocket.call(this, url, headers);
      let adapter;
      openDestroyable(() => {
        adapter = opening(this, create);
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
  if (hearsEvents) {
    members._emit = function(type, ...args) {
      if (type === "event") of(this).onEvent(args[0]);
      sdk._emit.call(this, type, ...args);
    };
  }
  return { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
function resourceMembers(sdk, standIn2, self) {
  const members = {
    websocket(...args) {
      return standIn2.withPlaceholder(
        optionsOfInstance(this._client).WebSocket,
        self,
        () => sdk.websocket.apply(this, args)
      );
    }
  };
  return Object.getOwnPropertyDescriptors(members);
}

// overlays/client/exchanges.ts
var Exchange = class {
  #controller;
  #dial = new Dial("with a request");
  constructor(controller = new AbortController()) {
    this.#controller = controller;
    this.follow(controller.signal);
  }
  /** Destroys the connection when the app aborts the request itself, before undici learns of it, which would dial again. */
  follow(signal) {
    const dial = refTo(this.#dial);
    signal.addEventListener("abort", () => dial.deref()?.destroy());
    return signal;
  }
  get signal() {
    return this.#controller.signal;
  }
  /** Ends it. This error reaches the code that waits for the headers or reads the body. */
  end(error) {
    this.#dial.destroy();
    this.#controller.abort(error);
  }
  /**
   * Ties the exchange to a client: while it is under way, and then as long as any of its streams is in use.
   *
   * @param streams the parts of the result that still read from the connection; nobody says when a body has been read
   */
  async run(client2, send, streams) {
    const state2 = clientState(client2);
    state2.admit("request");
    const over = state2.begin({ abort: (error) => this.end(error) });
    try {
      const result = await this.#dial.watch(send);
      this.#outlive(client2, streams(result));
      return result;
    } finally {
      this.#dial.release();
      over();
    }
  }
  #outlive(client2, streams) {
    if (streams.length === 0) return;
    const self = refTo(this);
    const refs = streams.map((stream) => refTo(stream));
    const over = clientState(client2).begin({
      abort: (error) => self.deref()?.end(error),
      streams: () => refs.flatMap((ref) => ref.deref() ?? [])
    });
    for (const stream of streams) behind.set(stream, this);
    collected.register(this, over);
  }
};
var behind = /* @__PURE__ */ new WeakMap();
var collected = collections((over) => over());
function untilDisconnected(client2, begin, isRest = false) {
  const state2 = clientState(client2);
  if (isRest ? state2.areRequestsOver : state2.ended) return handled(Promise.reject(state2.refuse("request")));
  const promise = new Promise((resolve, reject) => {
    const abort = (error) => {
      handled(promise);
      reject(error);
    };
    const over = state2.begin({ abort });
    begin().then(resolve, reject).finally(over);
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
      return exchange.run(this, () => sdk.fetchWithTimeout.call(this, url, init, ms, controller), streamsOf);
    },
    retryRequest(...args) {
      return untilDisconnected(this, () => {
        let backOff;
        const { setTimeout: setTimeout2 } = globalThis;
        const remember = (callback, ms) => {
          backOff = setTimeout2(callback, ms);
          return backOff;
        };
        const retried = withGlobal("setTimeout", remember, () => sdk.retryRequest.apply(this, args));
        const over = clientState(this).begin({ abort: () => clearTimeout(backOff) });
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

// overlays/sockets/reconnecting.ts
function isReconnecting(socket) {
  return typeof socket._shouldReconnect === "boolean";
}

// overlays/sockets/destroy.ts
function forceClose(socket) {
  try {
    if (canTerminate(socket)) socket.terminate();
    else if (isReconnecting(socket)) {
      socket._shouldReconnect = false;
      if (socket._ws !== void 0) forceClose(socket._ws);
    } else {
      destroyNative(socket);
      socket.close();
    }
  } catch {
  }
}
function hasLeftTcp(socket) {
  if (isReconnecting(socket)) return socket._ws !== void 0 && hasLeftTcp(socket._ws);
  return isLost(socket);
}

// overlays/sockets/find-ws.ts
function findWs(packageName2, self) {
  const module2 = nodeModule("module");
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
      const found = module2.createRequire(base())("ws");
      if (found.WebSocket !== void 0) return found.WebSocket;
    } catch {
    }
  }
  return void 0;
}

// overlays/stainless/headers.ts
function headerEntries(headers) {
  if (headers instanceof Headers) return [...headers.entries()];
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name, value]);
  return Object.entries(headers ?? {});
}

// overlays/stainless/stand-in.ts
var StandIn = class {
  #packageName;
  #translate;
  /** The installed `ws`, by the module that asks: copies of the SDK may have different copies of `ws`. */
  #found = /* @__PURE__ */ new Map();
  /**
   * @param packageName the SDK
   * @param translate makes headers of the parameters that the SDK puts into the URL for browsers, which cannot set headers
   */
  constructor(packageName2, translate) {
    this.#packageName = packageName2;
    this.#translate = translate;
  }
  /**
   * Runs `open`, in which the SDK opens one socket.
   *
   * @param options the SDK's, for this socket
   * @param configured the `WebSocket` option of `overlay()`
   * @param self path or URL of the module that asks
   */
  open(options, configured, self, open2) {
    const current = globalThis.WebSocket;
    if (!isNode() || !isAbsentOrNative(current)) return open2();
    const Socket = configured ?? this.#installedWs(self);
    if (Socket === void 0) return open2();
    return withGlobal("WebSocket", this.#classFor(Socket, options), open2);
  }
  /** Runs `open`, in which the SDK begins nothing unless it sees a global class for sockets. */
  withPlaceholder(configured, self, open2) {
    const isNeeded = isNode() && globalThis.WebSocket === void 0;
    if (!isNeeded || (configured ?? this.#installedWs(self)) === void 0) return open2();
    return withGlobal("WebSocket", Placeholder, open2);
  }
  #installedWs(self) {
    const Socket = this.#found.get(self) ?? findWs(this.#packageName, self);
    if (Socket !== void 0) this.#found.set(self, Socket);
    return Socket;
  }
  /** @returns a function and not an arrow: the SDK calls it with `new`, and gets the `ws` socket that it returns */
  #classFor(Socket, options) {
    const translate = this.#translate;
    return function StandInSocket(url) {
      const address = new URL(url);
      const take = (parameter) => {
        const value = address.searchParams.get(parameter);
        address.searchParams.delete(parameter);
        return value;
      };
      const headers = new Headers();
      for (const [name, value] of [...Object.entries(translate(take)), ...headerEntries(options?.headers)]) {
        if (value === null) headers.delete(name);
        else if (value !== void 0) headers.set(name, String(value));
      }
      return new Socket(address, { ...options, headers: Object.fromEntries(headers) });
    };
  }
};
var Placeholder = class {
  get [Symbol.toStringTag]() {
    return "WebSocket";
  }
};
function isAbsentOrNative(current) {
  if (current === void 0) return true;
  if (nodeModule("util")?.types.isProxy(current)) return false;
  const prototype = current.prototype;
  return prototype !== void 0 && Object.prototype.toString.call(prototype) === "[object WebSocket]";
}
function checkSocketClass(given, open2) {
  if (given === void 0) return;
  if (!isNode()) {
    throw webSocketRefused("outside Node the SDK takes the global WebSocket", "Leave the option out in browsers");
  }
  const own = ownSocketClass(open2);
  if (own === void 0 || own === given) return;
  throw webSocketRefused(
    "this build of the SDK has loaded a ws of its own, and the one given is another copy",
    'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)'
  );
}
function ownSocketClass(open2) {
  class Unused {
    addEventListener() {
    }
  }
  const { Socket } = nodeModule("net");
  const socket = withGlobal("WebSocket", Unused, () => open2({ createConnection: () => new Socket() }));
  if (socket instanceof Unused) return void 0;
  socket.addEventListener("error", () => {
  });
  forceClose(socket);
  return socket.constructor;
}

// overlays/cartesia/package-name.ts
var packageName = "@cartesia/cartesia-js";

// overlays/cartesia/stand-in.ts
var standIn = new StandIn(packageName, (take) => {
  const version2 = take("cartesia_version");
  const client2 = take("cartesia_client");
  const apiKey = take("api_key");
  const token = take("access_token") ?? apiKey;
  return {
    "cartesia-version": version2,
    "user-agent": client2,
    "x-cartesia-client": client2,
    authorization: token === null ? null : `Bearer ${token}`
  };
});

// overlays/cartesia/families/client/family.ts
var sttNames = ["autoFinalize", "manualFinalize"];
var client = {
  sdk: "cartesia",
  name: "client",
  required: ["fetchWithTimeout", "makeRequest", "retryRequest"],
  isOwn: (prototype) => "TTS" in prototype.constructor,
  addressesOf: ({ baseURL }) => [baseURL],
  connectionsBehind: ({ tts, stt }) => {
    const resources = sttNames.map((name) => stt?.[name]).filter((resource) => resource !== void 0);
    return [
      catchInstance("_contextQueues", () => tts.websocket()),
      ...resources.map((resource) => catchInstance("_isReconnecting", () => openUnseen(resource)))
    ].filter((ws) => ws !== void 0);
  },
  seams: (prototype, self) => {
    const members = { ...ownClientMembers(), ...requestMembers(snapshot(prototype)) };
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
      members: resourceMembers(snapshot(object), standIn, self)
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

// overlays/connection/open-objects.ts
var OpenObjects = class {
  /** By object, the function that takes off the seams that it keeps. */
  #restores = /* @__PURE__ */ new Map();
  #kept = 0;
  opened(object) {
    if (!this.#restores.has(object)) this.#restores.set(object, void 0);
  }
  /** Some of them keep their seams. */
  get areKept() {
    return this.#kept > 0;
  }
  /** The seams are taken off a class. @param isOfClass tells its instances, where there are objects of other classes too */
  keepSeams(className, members, isOfClass = () => true) {
    for (const [object, restore] of this.#restores) {
      if (restore !== void 0 || !isOfClass(object) || !Object.isExtensible(object)) continue;
      this.#restores.set(object, replaceMembers(object, className, membersWithout(object, members)));
      this.#kept++;
    }
  }
  /**
   * @param isEnded tells whether it was disconnected. Such an object keeps its seams: its calls must not dial after all
   * @returns whether it has kept seams until now
   */
  closed(object, isEnded) {
    const restore = this.#restores.get(object);
    this.#restores.delete(object);
    if (restore === void 0) return false;
    this.#kept--;
    if (!isEnded()) restore();
    return true;
  }
};
function membersWithout(object, members) {
  return Object.fromEntries(
    Reflect.ownKeys(members).filter((key) => !Object.hasOwn(object, key)).map((key) => [key, members[key]])
  );
}

// overlays/connection/registry.ts
var Registry = class {
  /** The class has its seams. Without them, only connections from before are served. */
  #isActive = false;
  #family;
  /** Each instance keeps its connection under this key. */
  #key = /* @__PURE__ */ Symbol("hangup.connection");
  /** Every instance that has a socket which has not closed. */
  #open = new OpenObjects();
  #onUnused = () => {
  };
  constructor(family) {
    this.#family = family;
  }
  serves(ws) {
    return this.#isActive || this.#known(ws) !== void 0;
  }
  /** The connection of an instance. One that was made before its class was overlaid is adopted as it is. */
  connectionOf(ws) {
    return this.#known(ws) ?? this.#adopt(ws);
  }
  #adopt(ws) {
    const connection = this.#make(ws);
    connection.adopt(this.optionsOf(ws));
    this.#track(ws, connection);
    return connection;
  }
  /** Runs before the SDK opens a socket. @throws {DisconnectedError} when the client or the connection was disconnected */
  opening(ws, call = "websocket()") {
    this.#clientOf(ws)?.admit(call);
    const known3 = this.#known(ws);
    const connection = known3 ?? this.#make(ws);
    if (known3 === void 0) this.#track(ws, connection);
    return { connection, isNew: known3 === void 0 };
  }
  #known(ws) {
    return kept(ws, this.#key);
  }
  #make(ws) {
    return this.#family.make(ws, new EventsOf(ws, this));
  }
  #track(ws, connection) {
    keep(ws, this.#key, connection);
    const client2 = this.#clientOf(ws);
    client2?.add(connection);
    if (client2 === void 0 && this.#family.standsAlone && isHandedIn(ws)) noteOwned(connection);
  }
  #clientOf(ws) {
    const client2 = this.#family.clientOf(ws);
    return client2 && clientState(client2);
  }
  /** The options for an instance: those of its classes from the base on, of its client, and its own. */
  optionsOf(ws) {
    return optionsOfInstance(ws, this.#family.clientOf(ws));
  }
  // -- the seams of its class --
  /** The class has got its seams. */
  activate() {
    this.#isActive = true;
  }
  /**
   * The seams were taken off the class. Instances that are open keep theirs until they close.
   *
   * @param onUnused called when no instance needs the seams of the class's helpers any more
   */
  retire(className, members, onUnused) {
    this.#isActive = false;
    this.#onUnused = onUnused;
    this.#open.keepSeams(className, members);
    this.#checkUse();
  }
  // -- the events of its instances --
  onBusy(ws) {
    this.#open.opened(ws);
  }
  onIdle(ws) {
    if (this.#open.closed(ws, () => this.connectionOf(ws).ended)) this.#checkUse();
  }
  onReopen(ws) {
    this.#clientOf(ws)?.admit("connect()");
  }
  #checkUse() {
    if (!this.#isActive && !this.#open.areKept) this.#onUnused();
  }
};
var EventsOf = class {
  #ws;
  #registry;
  constructor(ws, registry) {
    this.#ws = ws;
    this.#registry = registry;
  }
  onBusy() {
    this.#registry.onBusy(this.#ws);
  }
  onIdle() {
    this.#registry.onIdle(this.#ws);
  }
  onReopen() {
    this.#registry.onReopen(this.#ws);
  }
};

// overlays/connection/attempt.ts
var Attempt = class {
  #call;
  promise;
  #isOver = false;
  #isFailed = false;
  #reject = () => {
  };
  constructor(call, dial, { limit, onFailure }) {
    this.#call = call;
    const failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.promise = Promise.race([failed, dial(this)]);
    const onTimeout = () => this.fail(new ConnectTimeoutError(limit));
    const timer = limit === void 0 ? void 0 : setTimeout(onTimeout, limit);
    const settle = () => {
      this.#isOver = true;
      clearTimeout(timer);
    };
    this.promise.then(settle, () => {
      this.#isFailed = true;
      settle();
      try {
        onFailure?.();
      } catch {
      }
    });
  }
  get isOver() {
    return this.#isOver;
  }
  /** It is over, and has made no connection. */
  get isFailed() {
    return this.#isFailed;
  }
  admit() {
    if (this.#isOver) throw new DisconnectedError(this.#call);
  }
  fail(error) {
    this.#isOver = true;
    this.#isFailed = true;
    this.#reject(error);
  }
};
var Attempts = class {
  #call;
  #current;
  /** Settles when the last end of the connection is over, and it can be opened again. */
  lastEnd;
  /** @param call names the SDK's call in errors */
  constructor(call = "connect()") {
    this.#call = call;
  }
  /** The attempt under way, if there is one. */
  get current() {
    return this.#current?.promise;
  }
  start(dial, options = {}) {
    const attempt = new Attempt(this.#call, dial, options);
    this.#current = attempt;
    const settle = () => {
      if (this.#current === attempt) this.#current = void 0;
    };
    attempt.promise.then(settle, settle);
    return attempt.promise;
  }
  /** Fails the attempt under way, if there is one. */
  fail(error) {
    this.#current?.fail(error);
  }
  /** The connection is being ended: an attempt under way fails, and the next one may begin in this tick. */
  end(over) {
    const attempt = this.#current;
    this.#current = void 0;
    this.lastEnd = over;
    if (attempt === void 0) return;
    this.lastEnd = Promise.allSettled([over, attempt.promise]);
    attempt.fail(new DisconnectedError(this.#call));
  }
};

// overlays/connection/drain.ts
var Drain = class {
  #isUnderWay;
  #limit;
  #onLost = () => {
  };
  #ms;
  #dropStreams;
  /**
   * @param ms 0 means that there is no such time
   * @param dropStreams ends the streams that are left when the time is over
   */
  constructor(ms, dropStreams) {
    this.#isUnderWay = ms > 0;
    this.#ms = ms;
    this.#dropStreams = dropStreams;
  }
  get isUnderWay() {
    return this.#isUnderWay;
  }
  /**
   * Puts a step before those of the end. The first of these ends the streams that are left.
   *
   * @param ask asks the provider to finish; `undefined` when nothing is open
   */
  before(steps, ask) {
    const first = { name: "drain", cap: this.#ms, ask: (limit) => this.#begin(limit, ask) };
    const rest = steps.map((step) => {
      const begin = (limit) => {
        this.end(false);
        return step.ask(limit);
      };
      return { ...step, ask: begin };
    });
    return [first, ...rest];
  }
  #begin(limit, ask) {
    if (this.#ms === 0) return void 0;
    this.#limit = limit;
    const lost2 = new Promise((resolve, reject) => {
      this.#onLost = (error) => error === void 0 ? resolve() : reject(error);
    });
    lost2.catch(() => {
    });
    const finished = ask();
    return finished && Promise.race([finished, lost2]);
  }
  /**
   * The connection is lost, and finishes nothing.
   *
   * @param error says so, when the provider had not finished: then the step fails
   */
  lose(error) {
    this.#onLost(error);
  }
  /** It takes no longer than so many ms from now. */
  shorten(ms) {
    if (this.#limit === void 0) this.#ms = Math.min(this.#ms, ms);
    else this.#limit.add({ timeout: ms });
  }
  end(isForced) {
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    this.#dropStreams(isForced);
  }
};
var noDrain = new Drain(0, () => {
});

// overlays/connection/streams.ts
var none3 = [];
var Streams = class {
  #onNoneOpen;
  /** Names of the loops that have not ended yet. */
  get unsettled() {
    return none3;
  }
  /** The names of those that are open. */
  get names() {
    return this.open.map(({ name }) => name);
  }
  /** The provider has not finished something that it was asked for. */
  get isOwed() {
    return this.open.length > 0;
  }
  /** Loops on streams that the provider has finished read the rest by themselves: the end does not concern them any more. */
  letGoOfFinished() {
  }
  of(contextId) {
    return this.open.filter((stream) => stream.contextId === contextId);
  }
  /** Tells whom a fault concerns: the context that it names, or else the only open stream, if there is just one. */
  concernedBy(contextId) {
    if (typeof contextId === "string" && contextId !== "") return this.of(contextId);
    const { open: open2 } = this;
    return open2.length === 1 ? open2 : [];
  }
  /** Ends the streams that a fault concerns. Returns false when there are none. */
  cutConcerned(contextId, loss) {
    const concerned = this.concernedBy(contextId);
    for (const stream of concerned) stream.cut(loss);
    this.noteEnd();
    return concerned.length > 0;
  }
  /** A stream may have ended by itself. */
  noteEnd() {
    if (this.#onNoneOpen !== void 0 && this.open.length === 0) this.#onNoneOpen();
  }
  /** @returns a promise of the time when all have ended, `undefined` when none is open */
  whenNoneOpen() {
    if (this.open.length === 0) return void 0;
    return new Promise((resolve) => {
      this.#onNoneOpen = resolve;
    });
  }
  /** The connection is lost. */
  cut(loss) {
    for (const stream of this.open) stream.cut(loss);
  }
};
var StreamSet = class extends Streams {
  #streams = none3;
  #unfinished = none3;
  add(stream) {
    this.#streams = this.open.concat(stream);
  }
  delete(stream) {
    this.#remove(stream);
    this.noteEnd();
  }
  #remove(stream) {
    this.#streams = this.#streams.filter((one) => one !== stream);
  }
  /** Nobody tells of a stream that has ended by itself. */
  get open() {
    if (this.#streams.length > 0) this.#streams = this.#streams.filter(({ isOpen }) => isOpen);
    return this.#streams;
  }
  get unfinished() {
    return this.#unfinished;
  }
  cut(loss) {
    super.cut(loss);
    this.#streams = none3;
  }
  drop() {
    const { open: open2 } = this;
    this.#unfinished = open2.length === 0 ? none3 : open2.map(({ name }) => name);
    for (const stream of open2) {
      this.#remove(stream);
      stream.drop();
    }
  }
  forget() {
    this.#unfinished = none3;
  }
};

// overlays/connection/heartbeat.ts
function startHeartbeat(socket, { interval, timeout }, onDead) {
  if (!isWsSocket(socket)) {
    throw new TypeError("heartbeat needs a socket of the ws package; this WebSocket cannot send pings");
  }
  let deadline;
  const pinger = setInterval(() => {
    if (socket.readyState !== OPEN || socket.isPaused) return;
    socket.ping();
    deadline ??= setTimeout(() => {
      deadline = setTimeout(() => {
        deadline = void 0;
        if (socket.isPaused) return;
        onDead();
        forceClose(socket);
      }, 0);
    }, timeout);
  }, interval);
  onPong(socket, () => {
    clearTimeout(deadline);
    deadline = void 0;
  });
  return () => {
    clearInterval(pinger);
    clearTimeout(deadline);
  };
}

// overlays/connection/watched-socket.ts
var WatchedSocket = class {
  /** The first error after its handshake. */
  error;
  socket;
  #since = performance.now();
  #owner;
  #handshakeTimer;
  #closeTimer;
  #stopHeartbeat;
  #isOpen = false;
  #isLost = false;
  constructor(socket, owner) {
    this.socket = socket;
    this.#owner = owner;
  }
  /** @param streams the names of those that are read from it */
  status(name, streams) {
    const { readyState } = this.socket;
    const state2 = readyState === CONNECTING ? "connecting" : readyState === OPEN ? "open" : "closing";
    return { name, state: state2, ageMs: elapsed(this.#since), streams };
  }
  /** @throws {TypeError} when the socket cannot send heartbeats */
  beat(heartbeat) {
    const { socket } = this;
    const onDead = () => {
      this.#owner.faults.lastError = new HangupError("ERR_HEARTBEAT", `no pong within ${heartbeat.timeout} ms`);
      onTcpClose(socket, () => {
        this.#owner.cut(socket, { code: 1006 });
        this.#owner.onLost(this);
      });
    };
    this.#stopHeartbeat = startHeartbeat(socket, heartbeat, onDead);
  }
  /**
   * Listens to the socket.
   *
   * @param order when its owner is told of its end: before or after the SDK's own listeners
   * @param errorOrder `last`: an error that nobody else hears is not thrown
   */
  listen(order, errorOrder) {
    const { socket } = this;
    if (socket.readyState === CONNECTING) onOpen(socket, () => this.#begin());
    else this.#begin();
    onError(socket, (error) => this.#onError(error), errorOrder);
    onClose(socket, order, (code, reason) => this.#owner.onClosed(this, { code, reason }));
    onClosing(socket, (asked) => this.#limitClosing(asked));
  }
  #begin() {
    this.#isOpen = true;
    onTcpError(this.socket, (error) => this.#note(error));
  }
  #note(error) {
    this.error ??= error;
  }
  #onError(error) {
    if (!this.#isOpen) return;
    this.#note(error);
    const { socket } = this;
    if (socket.readyState === CLOSING && !this.#owner.isDeaf) this.#owner.cut(socket, { code: 1006 });
  }
  /** @param ms the longest handshake */
  limitHandshake(ms) {
    if (this.socket.readyState !== CONNECTING) return;
    const { faults } = this.#owner;
    faults.isConnecting = true;
    this.#handshakeTimer = setTimeout(() => {
      faults.lastError = new ConnectTimeoutError(ms);
      forceClose(this.socket);
    }, ms);
    onOpen(this.socket, () => {
      clearTimeout(this.#handshakeTimer);
      this.#handshakeTimer = void 0;
      faults.isConnecting = false;
      this.#owner.onOpen();
    });
  }
  /** Bounds a close that hangup did not begin. @param asked the peer's close frame, when the peer began it */
  #limitClosing(asked) {
    if (this.#owner.isDeaf || this.#isLost) return;
    if (asked !== void 0) this.#owner.cut(this.socket, asked);
    this.#closeTimer ??= setTimeout(() => forceClose(this.socket), caps.close);
  }
  /** It is lost: its timers stop. */
  stop() {
    this.#isLost = true;
    clearTimeout(this.#handshakeTimer);
    clearTimeout(this.#closeTimer);
    this.#stopHeartbeat?.();
  }
};

// overlays/connection/connection.ts
var Connection = class {
  /** Made when the end begins: an open connection keeps none. */
  #ladder;
  #drain = noDrain;
  #events;
  /** The sockets that have not closed: one, or during a reconnect two. */
  #sockets = none3;
  /** The socket whose streams were cut last: a socket that another one has replaced cuts nothing. */
  #cut;
  /** Names of the streams that the provider had not finished when the connection was forced. */
  #abandoned = none3;
  /** A socket has closed whose TCP connection was not found. */
  #hasLeftTcp = false;
  /** The error by which the socket was lost while the connection was ending politely. */
  #failure;
  /** Called, once, when the last socket is lost. */
  #idleListeners;
  constructor(events) {
    this.#events = events;
  }
  // -- the family's part --
  /** An error of the socket that nobody hears is thrown, as without hangup. */
  throwsUnheard = false;
  /** The polite steps before the close frame. */
  politeSteps() {
    return [];
  }
  /** The door is closed: nothing dials any more. */
  stopDialling() {
  }
  /**
   * Asks the provider to finish what was sent, and to say so.
   *
   * @returns a promise of the time when readers have all of it; `undefined` when nothing is open
   */
  finishStreams() {
    return this.streams.whenNoneOpen();
  }
  /** Tells whether a loss takes away something that {@link finishStreams} waits for. */
  isLoss(_end) {
    return this.streams.isOwed;
  }
  /** The provider says that it does not finish what {@link finishStreams} waits for. @param what it did */
  refuse(what, cause) {
    if (this.ended && this.streams.isOwed) this.#drain.lose(this.faults.lossError({ what, cause }));
  }
  /** Every loop ends quietly. */
  dropStreams() {
    this.streams.drop();
  }
  /** The connection is lost: every stream that is open ends with a cause. */
  cutStreams(end) {
    this.streams.cut(this.faults.loss(end));
  }
  /** All is over: a loop that still waits is released. */
  releaseStreams() {
  }
  // -- state --
  get ended() {
    return this.#ladder !== void 0;
  }
  get closed() {
    return this.#ladder?.state === "closed";
  }
  /** It ends, and its streams have ended: the peer can do nothing more that matters to them. */
  get isDeaf() {
    return this.ended && !this.#drain.isUnderWay;
  }
  get connected() {
    return !this.ended && this.socket?.readyState === OPEN;
  }
  /** One, during a reconnect two, none when it is idle. */
  get connections() {
    return this.#sockets.map((watched2) => {
      return watched2.status(this.name, watched2.socket === this.socket ? [...this.streams.names] : []);
    });
  }
  /** No socket of it could keep the process alive. */
  get idle() {
    return this.#sockets.length === 0;
  }
  /** @throws {DisconnectedError} once the door is closed */
  admit(call) {
    if (this.ended) throw lateCall(this.name, call);
  }
  /**
   * Opens the door again, for SDKs whose `connect()` may follow their `disconnect()`.
   *
   * @throws {DisconnectedError} when the client has ended meanwhile
   */
  reopen() {
    this.#events.onReopen();
    this.#ladder = void 0;
    this.#drain = noDrain;
    this.#abandoned = none3;
    this.#hasLeftTcp = false;
    this.#failure = void 0;
  }
  // -- sockets --
  /**
   * Takes over a socket that the SDK has just opened. A second call for the same socket does nothing.
   *
   * @param order when streams are cut: before or after the SDK's own listeners learn that the socket has closed
   * @throws {TypeError} when it cannot send heartbeats
   */
  attachSocket(socket, options, order = "last") {
    if (this.#sockets.some((watched3) => watched3.socket === socket)) return;
    const watched2 = new WatchedSocket(socket, this);
    if (options.heartbeat !== void 0) watched2.beat(options.heartbeat);
    this.#sockets = this.#sockets.concat(watched2);
    noteWatcher(socket, this);
    this.faults.lastError = void 0;
    watched2.listen(order, this.throwsUnheard ? "first" : "last");
    if (this.onUnreadable !== void 0) {
      guardMessages(socket, (frame, error) => this.onUnreadable(frame, error));
    }
    watched2.limitHandshake(options.connectTimeout);
    this.#events.onBusy();
  }
  /** Takes over the socket of a live instance. */
  adoptSocket(options) {
    const { socket } = this;
    if (socket !== void 0 && socket.readyState !== CLOSED) this.attachSocket(socket, options);
  }
  /** The handshake of the socket is over. */
  onOpen() {
  }
  onClosed(watched2, end) {
    const { socket } = watched2;
    if (end.code === 1006 && this.#ladder?.state === "closing") this.#failure ??= watched2.error;
    try {
      this.cut(socket, end);
    } finally {
      if (hasLeftTcp(socket)) this.#hasLeftTcp = true;
      this.onLost(watched2);
    }
  }
  /** The socket can keep the process alive no longer. */
  onLost(watched2) {
    if (!this.#sockets.includes(watched2)) return;
    watched2.stop();
    this.#sockets = this.#sockets.filter((one) => one !== watched2);
    if (!this.idle) return;
    this.#events.onIdle();
    this.#drain.lose();
    const listeners = this.#idleListeners;
    this.#idleListeners = void 0;
    if (listeners !== void 0) for (const listener of listeners) listener();
  }
  #onIdle(listener) {
    if (this.#idleListeners === void 0) this.#idleListeners = [listener];
    else this.#idleListeners.push(listener);
  }
  /** Cuts the streams of a socket: the peer has begun to close it, or it has closed, or another one replaces it. */
  cut(socket, end = {}) {
    if (socket !== this.socket || socket === this.#cut) return;
    this.#cut = socket;
    if (this.isDeaf) this.streams.forget();
    else {
      if (this.ended && this.isLoss(end)) this.#drain.lose(this.faults.lossError(end));
      this.cutStreams(end);
    }
    this.streams.noteEnd();
  }
  // -- the ladder --
  closeDoor() {
    this.stopDialling();
    if (this.isDeaf) this.dropStreams();
  }
  steps() {
    const steps = this.politeSteps().concat(this.#closeStep(() => this.sendClose()));
    if (!this.#drain.isUnderWay) return steps;
    return this.#drain.before(steps, () => this.idle ? void 0 : this.finishStreams());
  }
  settle() {
    this.releaseStreams();
    const { unsettled } = this.streams;
    return unsettled.length === 0 ? this.#abandoned : [...this.#abandoned, ...unsettled];
  }
  clean(error) {
    return this.faults.clean(error);
  }
  /** @param drain how long streams may finish, in ms. When the end has begun already, it can only shorten that. */
  end(limit, drain = 0) {
    if (drain > 0 && !this.ended) {
      this.#drain = new Drain(drain, (isForced) => {
        if (!isForced) this.streams.letGoOfFinished();
        this.dropStreams();
      });
    }
    const ladder = this.#ladderToEnd().end(limit);
    this.shortenDrain(drain);
    return ladder;
  }
  #ladderToEnd() {
    this.#ladder ??= new Ladder(this);
    return this.#ladder;
  }
  /** Streams may finish for so many ms from now, and no longer. */
  shortenDrain(ms) {
    this.#drain.shorten(ms);
  }
  /**
   * The SDK's own `close()`: its close frame in this tick, and bounded.
   *
   * @param limit in ms; longer where the SDK itself waits longer, for what the provider has left to say
   */
  close(sdkClose, limit = caps.close) {
    this.shortenDrain(0);
    return this.#ladderToEnd().end({ timeout: limit }, () => [this.#closeStep(sdkClose, limit)]).ended;
  }
  #closeStep(close, cap = caps.close) {
    const ask = () => {
      if (this.idle) return this.#failure === void 0 ? void 0 : Promise.reject(this.#failure);
      const idle = new Promise((resolve, reject) => {
        this.#onIdle(() => this.#failure === void 0 ? resolve() : reject(this.#failure));
      });
      close();
      return idle;
    };
    return { name: "close", cap, ask };
  }
  force(ended) {
    this.#drain.end(true);
    if (this.idle) return this.#leaveTcp();
    this.#abandoned = this.streams.unfinished;
    let isForcing = true;
    this.#onIdle(() => {
      if (this.#hasLeftTcp) return;
      if (isForcing) setTimeout(ended);
      else ended();
    });
    for (const watched2 of this.#sockets) {
      onTcpClose(watched2.socket, () => this.onLost(watched2));
      forceClose(watched2.socket);
    }
    isForcing = false;
    return true;
  }
  /** @throws {HangupError} when a TCP connection is left that could not be looked at: then the report names the socket */
  #leaveTcp() {
    if (!this.#hasLeftTcp) return false;
    throw new HangupError("ERR_TCP_NOT_FOUND", "the TCP connection was not found, and may keep the process alive");
  }
};

// overlays/warn.ts
function warn(message) {
  const text = `hangup: ${message}`;
  try {
    process.emitWarning(text, "HangupWarning");
  } catch {
    console.warn(text);
  }
}

// overlays/connection/faults.ts
function ofWordless(cause) {
  const { code, errors } = cause ?? {};
  const said = (Array.isArray(errors) ? errors : []).map((error) => error?.message);
  const sentences = said.filter((message2) => message2).join("; ");
  const message = sentences || "the connection failed, and the socket does not say why";
  const known3 = typeof code === "string" ? code : "ERR_CONNECT";
  return new HangupError(known3, message, cause && { cause });
}
function withCode(error) {
  if (error.code !== void 0) return error;
  setMember(error, "code", { value: "ERR_CONNECT", writable: true, enumerable: true });
  const [, status] = /^Unexpected server response: (\d{3})$/.exec(error.message) ?? [];
  if (status !== void 0) setMember(error, "status", { value: Number(status), writable: true, enumerable: true });
  return error;
}
var Faults = class {
  /** Says why the current socket is lost: it is the cause of every error that follows from that. */
  lastError;
  /** During the handshake, its failure tells the caller of `connect()` of every fault. */
  isConnecting = false;
  #hasWarned = false;
  #connection;
  #secrets;
  /**
   * @param connection is named in messages as in reports
   * @param secrets gives the client's keys and tokens as they are now; only strings count
   */
  constructor(connection, secrets) {
    this.#connection = connection;
    this.#secrets = secrets;
  }
  /** Makes the errors for all readers that one fault, or the loss of the socket, ends. */
  loss(end) {
    return (reader) => this.streamEnded(reader, end);
  }
  /** The error for a reader of a stream that the peer or the network ended before the stream's own end message. */
  streamEnded(reader, end) {
    const error = this.lossError(end, reader);
    publishLater("hangup.stream.cut", () => ({ name: this.#connection.name, error }));
    return error;
  }
  /** The same error where no stream was cut: for a report, or for a call that comes later. */
  lossError(end, { contextId, phase } = {}) {
    const closeReason = end.reason === void 0 ? void 0 : this.scrub(String(end.reason));
    const stream = contextId === void 0 ? "the stream" : `context ${contextId}`;
    const said = closeReason ? ` (${JSON.stringify(closeReason)})` : "";
    const message = end.what === void 0 ? `${this.#lossOf(end)}${said} before ${stream} was done` : `${stream} ended early: ${end.what}`;
    const cause = this.clean(end.cause ?? this.lastError);
    return new StreamEndedError(message, { closeCode: end.code, closeReason, contextId, phase, cause });
  }
  /** Publishes that the SDK cannot read a frame. @param what the provider did */
  unreadable(what) {
    publish("hangup.frame.unreadable", () => ({ name: this.#connection.name, reason: this.scrub(what) }));
  }
  #lossOf({ code }) {
    if (this.lastError instanceof HangupError) return `${this.lastError.message}, so the connection was destroyed`;
    if (code === 1006)
      return "the connection closed with code 1006 (no close frame: the network or the provider is gone)";
    return `the connection closed${code === void 0 ? "" : ` with code ${code}`}`;
  }
  /** The error for a handshake that failed, from the socket's own error. */
  connectFailure(event) {
    if (this.lastError instanceof HangupError) return this.lastError;
    const { error } = event ?? {};
    const cause = this.clean(error ?? event);
    return cause === void 0 || cause.message === "" ? ofWordless(cause) : withCode(cause);
  }
  /** The error for a socket that closed before the provider began the session. */
  closedEarly({ code, reason }) {
    const said = String(reason ?? "");
    const why = `the connection closed with code ${code}${said && ` (${JSON.stringify(said)})`}`;
    return new HangupError("ERR_CONNECT", this.scrub(`${why} before the session began`));
  }
  /** Warns of a fault that nobody would learn of otherwise: once a connection, so that a bad peer cannot flood the log. */
  warn(message) {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    warn(`${this.scrub(message)}; nothing listens for errors on this connection`);
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

// overlays/foreign/uuid.ts
function uuid() {
  const { crypto } = globalThis;
  if (crypto?.randomUUID !== void 0) return crypto.randomUUID();
  const random = () => crypto?.getRandomValues?.(new Uint8Array(1))[0] ?? Math.floor(Math.random() * 256);
  return "10000000-1000-4000-8000-100000000000".replace(
    /[018]/g,
    (digit) => (Number(digit) ^ random() & 15 >> Number(digit) / 4).toString(16)
  );
}

// overlays/cartesia/families/source-router/source.ts
var streamKey = /* @__PURE__ */ Symbol("hangup.stream");
function streamOf(source) {
  return kept(source, streamKey);
}
var SourceStream = class {
  source;
  contextId;
  /** `undefined` for a source from before the overlay. */
  request;
  /** The class's own members. */
  #sdk;
  #hasStarted = false;
  #cause;
  #waiting = [];
  #wake = () => {
    for (const wake of this.#waiting.splice(0)) wake();
  };
  constructor(source, contextId, sdk, request2) {
    this.source = source;
    this.contextId = contextId;
    this.request = request2;
    this.#sdk = sdk;
    keep(source, streamKey, this);
  }
  get name() {
    return `context ${this.contextId}`;
  }
  get phase() {
    return this.#hasStarted ? "between-chunks" : "first-chunk";
  }
  /** `markDone()` is public: a user's call ends a stream, too. */
  get isOpen() {
    return this.#cause === void 0 && !this.source.isDone;
  }
  deliver(audio) {
    if (this.#cause !== void 0 || audio.length === 0) return;
    this.#hasStarted = true;
    this.#sdk.push.call(this.source, audio);
  }
  /** The provider's own end. */
  end() {
    this.#sdk.markDone.call(this.source);
  }
  /** Reads return 0 from now on. */
  drop() {
    this.source.buffers.length = 0;
    this.end();
  }
  /** Audio that has arrived can still be read; after that, every read rejects. */
  cut(loss) {
    const cause = Object.assign(loss(this), { samplesRead: 0 });
    this.#cause = cause;
    if (this.#isAwaitedBySdk) this.#failReadOfSdk(cause);
    else this.end();
  }
  /** A read from before the source was overlaid waits for it. */
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
    this.end();
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
var Sources = class extends StreamSet {
  #ws;
  /** The class's own members. */
  #sdk;
  #faults;
  constructor(ws, sdk, faults) {
    super();
    this.#ws = ws;
    this.#sdk = sdk;
    this.#faults = faults;
  }
  /** The SDK has made a source for a request. */
  enter(contextId, request2) {
    const source = this.#ws.sources.get(contextId);
    if (source !== void 0) this.add(new SourceStream(source, contextId, this.#sdk, request2));
  }
  /** Takes over the sources of a live instance. */
  adopt() {
    for (const [contextId, { isDone: isDone2 }] of this.#ws.sources) if (!isDone2) this.enter(contextId);
  }
  /**
   * Follows `handleMessage`, also in what it prints. Besides, a fault ends the streams that it concerns with its cause, and
   * a fault that names no context does not just end the first source that there ever was.
   */
  receive(frame) {
    let message;
    try {
      message = JSON.parse(String(frame));
      this.#route(message);
    } catch (error) {
      console.error("Error parsing message:", error);
      if (message === null) return;
      const what = "the provider sent a message that the SDK cannot read";
      this.#faults.unreadable(what);
      this.#onFault(message?.context_id, what, error);
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
      if (source !== null) this.#end(source);
    } else if (message.type === "error") {
      console.error("Server error:", message);
      const cause = new Error(this.#faults.scrub(JSON.stringify(message), 500));
      this.#onFault(contextId, "the provider reported an error", cause);
    }
  }
  /** The SDK knows the last one of several requests on one context; the end of the context is that of all. */
  #end(source) {
    const contextId = streamOf(source)?.contextId;
    source.markDone();
    if (contextId !== void 0) for (const stream of this.of(contextId)) stream.end();
    this.noteEnd();
  }
  /** A context that the SDK does not know is as good as none. */
  #onFault(contextId, what, cause) {
    const isKnown = this.#ws.sources.has(contextId);
    this.cutConcerned(isKnown ? contextId : void 0, this.#faults.loss({ what, cause }));
  }
  /** Before another socket is opened: messages of the one before concern nobody. */
  reset() {
    this.forget();
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
  name = "socket tts";
  faults;
  streams;
  #ws;
  #sdk;
  #resolveOptions;
  #attempts = new Attempts();
  /** How the last socket was lost. */
  #lost = {};
  constructor(ws, sdk, events, resolveOptions) {
    super(events);
    this.#ws = ws;
    this.#sdk = sdk.wrapper;
    this.#resolveOptions = resolveOptions;
    this.faults = new Faults(this, () => [ws.client?.apiKey]);
    this.streams = new Sources(ws, sdk.source, this.faults);
  }
  get socket() {
    return this.#ws.socket ?? void 0;
  }
  // -- connecting --
  connect() {
    const { current } = this.#attempts;
    if (current !== void 0) return current;
    if (this.connected) return Promise.resolve();
    return this.#attempts.start((attempt) => this.#dial(attempt));
  }
  async #dial(attempt) {
    const { socket: before } = this;
    if (!this.ended && !this.idle && before !== void 0) {
      this.cut(before);
      this.#attempts.lastEnd = super.end(Deadline.spent("force")).ended;
    }
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
    }
    this.streams.reset();
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
    socket.addEventListener("error", ({ error }) => {
      this.faults.lastError ??= this.faults.clean(error);
    });
    this.attachSocket(socket, options, "first");
  }
  adopt(options) {
    const { socket } = this;
    if (socket !== void 0 && socket.readyState !== CLOSED) this.#attach(socket, options);
    this.streams.adopt();
  }
  // -- sending --
  async send(request2) {
    const { current } = this.#attempts;
    if (current !== void 0) await current;
    this.admit("send()");
    const { socket } = this.#ws;
    if (socket === null || socket.readyState === CONNECTING) return this.#sdk.send.call(this.#ws, request2);
    const contextId = request2.contextId || uuid();
    if (socket.readyState !== OPEN) {
      throw this.faults.lossError(this.#lost, { contextId, phase: "first-chunk" });
    }
    const named = { contextId: { value: contextId, enumerable: true } };
    const sending = this.#sdk.send.call(this.#ws, request2.contextId ? request2 : Object.create(request2, named));
    this.streams.enter(contextId, request2);
    return sending;
  }
  // -- the end --
  end(limit, drain) {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }
  /** The provider of a context that takes more text waits for that, and holds the last words back. */
  finishStreams() {
    const requests = new Map(this.streams.open.map(({ contextId, request: request2 }) => [contextId, request2]));
    for (const [contextId, request2] of requests) {
      if (request2?.continue !== true || this.socket?.readyState !== OPEN) continue;
      const ws = Object.create(this.#ws, { sources: { value: /* @__PURE__ */ new Map() } });
      void this.#sdk.send.call(ws, { ...request2, contextId, transcript: "", continue: false });
    }
    return this.streams.whenNoneOpen();
  }
  sendClose() {
    this.#sdk.disconnect.call(this.#ws);
  }
  cutStreams(end) {
    this.#lost = end;
    super.cutStreams(end);
  }
};

// overlays/cartesia/families/source-router/members.ts
function wrapperMembers(registry) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    async connect() {
      return registry.opening(this).connection.connect();
    },
    handleMessage(frame) {
      const { isDeaf, streams } = of(this);
      if (!isDeaf) streams.receive(frame);
    },
    send(request2) {
      return handled(of(this).send(request2));
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
  sdk: "cartesia",
  name: "source-router",
  required: ["handleMessage", "connect", "send", "disconnect"],
  seams(prototype) {
    const source = sourcePrototype(prototype);
    const sdk = { wrapper: snapshot(prototype), source: snapshot(source) };
    const registry = new Registry({
      make: (ws, events) => new SourceConnection(ws, sdk, events, () => registry.optionsOf(ws)),
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
        throw webSocketRefused("WebSocketWrapper loads ws by itself and takes no other", "Leave the option out");
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
  sdk: "cartesia",
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
  return clientMembers({
    levelOf: ({ client: client2 }) => clientState(client2),
    optionsOf: (shell) => optionsOfInstance(shell, shell.client),
    isInstance: ({ client: client2 }) => client2 !== void 0
  });
}

// overlays/cartesia/secrets.ts
function secretsOf(client2, options, parameters = {}) {
  const given = headerEntries(options?.headers).filter(([name]) => /^authorization$/i.test(name));
  const tokens = given.map(([, value]) => String(value).replace(/^\S+\s+/, ""));
  return [client2?.apiKey, client2?.token, ...tokens, parameters.api_key, parameters.access_token];
}

// overlays/cartesia/families/context-router/frames.ts
function judge(frame, error) {
  const event = parse(frame);
  if (!isObject(event)) return isAboutNoObject(error) ? "void" : "well";
  if (!isPeerFault(event)) return "well";
  const { context_id: contextId, type } = event;
  return { contextId, cause: new TypeError(`message of type ${JSON.stringify(type)}`) };
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

// core/line.ts
var full = 128;
var Line = class {
  #size = 0;
  #first = { items: [], next: void 0 };
  #last = this.#first;
  /** The index of the next item in the first part. */
  #at = 0;
  get size() {
    return this.#size;
  }
  /** The item that came last, if it was not taken yet. */
  get last() {
    return this.#last.items.at(-1);
  }
  push(item) {
    if (this.#last.items.length >= full) {
      this.#last.next = { items: [], next: void 0 };
      this.#last = this.#last.next;
    }
    this.#last.items.push(item);
    this.#size += 1;
  }
  /** Takes the next item, or returns `undefined` when there is none. */
  shift() {
    if (this.#size === 0) return void 0;
    const { items, next } = this.#first;
    const item = items[this.#at];
    items[this.#at] = void 0;
    this.#at += 1;
    this.#size -= 1;
    if (this.#at === items.length) {
      if (next !== void 0) this.#begin(next);
      else if (this.#at >= full) this.clear();
    }
    return item;
  }
  /** Puts items back in front of all others. */
  unshift(items) {
    const { items: rest, next } = this.#first;
    this.#begin({ items: [...items, ...rest.slice(this.#at)], next });
    if (next === void 0) this.#last = this.#first;
    this.#size += items.length;
  }
  /** Drops all. Returns how many there were. */
  clear() {
    const size = this.#size;
    this.#begin({ items: [], next: void 0 });
    this.#last = this.#first;
    this.#size = 0;
    return size;
  }
  #begin(part) {
    this.#first = part;
    this.#at = 0;
  }
};

// core/mailbox.ts
var Mailbox = class {
  contextId;
  #started = false;
  #items = new Line();
  #ended = false;
  #cause;
  #wake;
  #timeout;
  /** @param timeout the longest silence in ms, unlimited by default */
  constructor(contextId, timeout) {
    this.contextId = contextId;
    this.#timeout = timeout;
  }
  /** Tells whether something had arrived. */
  get phase() {
    return this.#started ? "between-chunks" : "first-chunk";
  }
  deliver(item) {
    if (this.#ended) return;
    this.#started = true;
    this.#items.push(item);
    this.#wakeLoop();
  }
  /** Ends it with a cause, once everything that had arrived was delivered. */
  cut(cause) {
    if (this.#ended) return;
    this.#cause = cause;
    this.#end();
  }
  /** Ends it quietly and at once. Everything that had arrived is dropped. */
  drop() {
    if (this.#ended) return;
    this.#items.clear();
    this.#end();
  }
  #end() {
    this.#ended = true;
    this.#wakeLoop();
  }
  #wakeLoop() {
    const wake = this.#wake;
    this.#wake = void 0;
    wake?.();
  }
  /** Takes the next item without waiting. Returns `undefined` when there is none. */
  shift() {
    return this.#items.shift();
  }
  /** The item that arrived last, if it was not taken yet. */
  get last() {
    return this.#items.last;
  }
  get isOpen() {
    return !this.#ended;
  }
  get isDropped() {
    return this.#ended && this.#cause === void 0;
  }
  /** Nothing more will come. @throws the cause, if there was one */
  isOver() {
    if (this.#cause !== void 0) throw this.#cause;
    return this.#ended;
  }
  /**
   * Settles when there is something to look at. It makes one promise per message and nothing else: this is the hot path.
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

// overlays/cartesia/families/context-router/consumers.ts
var LoopMailbox = class extends Mailbox {
  get isOpen() {
    return super.isOpen && !isEndMessage(this.last);
  }
  enter() {
  }
  leave() {
    return true;
  }
};
var ContextQueue = class {
  contextId;
  queue;
  /** The cause of a cut; every later read throws it. */
  cause;
  /** The entry was there before us, and a loop may be at work in it that we do not know. */
  isAdopted = false;
  /** The `receive()` loops that have begun and have not ended. */
  readers = 0;
  started = false;
  waiters = [];
  wake = () => {
    this.started ||= this.queue.length > 0;
    for (let waiter = this.waiters.pop(); waiter !== void 0; waiter = this.waiters.pop()) waiter();
  };
  ws;
  /** @param entry the SDK's own; its queue, and the loop that waits there, are taken over */
  constructor(ws, contextId, entry = { queue: [], resolve: null }) {
    this.ws = ws;
    this.contextId = contextId;
    this.queue = entry.queue;
    if (entry.resolve === null) return;
    this.waiters.push(entry.resolve);
    this.readers = 1;
  }
  get resolve() {
    return this.waiters.length === 0 ? null : this.wake;
  }
  /** The SDK sets `null` after it has called its waiter, which has left the list by then. */
  set resolve(waiter) {
    if (waiter !== null) this.waiters.push(waiter);
  }
  enter() {
    this.readers += 1;
    this.started ||= this.queue.length > 0;
  }
  leave() {
    this.readers = Math.max(0, this.readers - 1);
    return !this.isRead;
  }
  get isRead() {
    return this.readers > 0;
  }
  get phase() {
    return this.started || this.queue.length > 0 ? "between-chunks" : "first-chunk";
  }
  get isOpen() {
    return this.cause === void 0 && !isEndMessage(this.queue.at(-1));
  }
  get isRegistered() {
    return this.ws._contextQueues.get(this.contextId) === this;
  }
  deliver(event) {
    this.queue.push(event);
    this.wake();
  }
  cut(cause) {
    if (this.cause === void 0) {
      this.cause = cause;
      throwWhenDrained(this.queue, cause);
    }
    this.wake();
  }
  drop() {
    if (this.isRegistered) this.ws._contextQueues.delete(this.contextId);
    this.wake();
  }
  /** Lets a `receive()` that comes after the cut find everything that had arrived, and then the cause. */
  restore() {
    const queues = this.ws._contextQueues;
    if (this.cause !== void 0 && !queues.has(this.contextId)) queues.set(this.contextId, this);
  }
};
function isEndMessage(event) {
  return event?.type === "done" || event?.type === "error";
}
var cut = Object.freeze({});
function throwWhenDrained(queue, cause) {
  queue.push(cut);
  const value = () => {
    if (queue[0] === cut) throw cause;
    return Array.prototype.shift.call(queue);
  };
  setMember(queue, "shift", { value, writable: true });
}

// overlays/cartesia/families/context-router/context.ts
var Context = class {
  contextId;
  /** Something was sent to it, and no `done` or `error` has come. */
  isInFlight = false;
  /** Something was sent to it after its cancel. */
  isRenewed = false;
  /** The last message that was sent to it. */
  lastInput;
  /** The consumers with a loop that has begun and has not ended. */
  loops = /* @__PURE__ */ new Set();
  #grace;
  #queue;
  /** @param queue finds the queue that the SDK has registered for it now */
  constructor(contextId, queue) {
    this.contextId = contextId;
    this.#queue = queue;
  }
  get name() {
    return `context ${this.contextId}`;
  }
  get isOpen() {
    return this.isInFlight || [...this.loops].some((loop) => loop.isOpen);
  }
  /** Nobody works on it, and nobody reads it. */
  get isIdle() {
    return !this.isInFlight && this.loops.size === 0;
  }
  /** Its loops, and its queue, which a loop may read later; unless nothing was sent yet to a context with loops. */
  get consumers() {
    const queue = this.isInFlight || this.isIdle ? this.#queue() : void 0;
    return queue === void 0 ? this.loops : /* @__PURE__ */ new Set([...this.loops, queue]);
  }
  deliver(event) {
    for (const consumer of this.consumers) consumer.deliver(event);
  }
  cut(loss) {
    for (const consumer of this.consumers) if (consumer.isOpen) consumer.cut(loss(consumer));
  }
  drop() {
    for (const loop of this.loops) loop.drop();
    this.endGrace();
  }
  /** Drops the loops of a moment whose end message has not come. The id may have been used again since. */
  dropOpen(loops) {
    for (const loop of loops) if (this.loops.has(loop) && loop.isOpen) loop.drop();
  }
  /** @param expire called after `ms`, unless {@link endGrace} is called before */
  startGrace(ms, expire) {
    this.endGrace();
    this.#grace = setTimeout(expire, ms);
  }
  endGrace() {
    clearTimeout(this.#grace);
  }
};

// overlays/cartesia/families/context-router/streams.ts
var noContexts = /* @__PURE__ */ new Map();
var Contexts = class extends Streams {
  #contexts = noContexts;
  #ws;
  /** Loops of the SDK's own `generate()` may run, begun before a live instance was overlaid. */
  #hasForeignLoops = false;
  /** Queues whose loops read on after the end. */
  #letGo = none3;
  /** The steps that wait for a condition. One that was cut short goes on waiting beside the next. */
  #waiting = none3;
  constructor(ws) {
    super();
    this.#ws = ws;
  }
  /** Learns when the provider is done with a context. It listens to the emitter, so that other messages cost nothing. */
  listen() {
    this.#ws.on("done", ({ context_id }) => this.finish(context_id));
  }
  /** Takes over a live instance, whose loops and listeners are the SDK's own. */
  adopt() {
    this.#hasForeignLoops = this.#ws._hasListener("event") === true;
    this.listen();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.queueOf(contextId, entry);
      queue.isAdopted = true;
      const context = this.#begin(contextId);
      context.isInFlight = true;
      context.lastInput = {};
      if (queue.isRead) context.loops.add(queue);
    }
  }
  get isEmpty() {
    return this.#contexts.size === 0;
  }
  get open() {
    return this.#all.filter((context) => context.isOpen);
  }
  get #all() {
    return [...this.#contexts.values()];
  }
  get inFlight() {
    return this.#all.filter(({ isInFlight }) => isInFlight);
  }
  isInFlight(contextId) {
    return this.#contexts.get(contextId)?.isInFlight === true;
  }
  get unfinished() {
    return this.inFlight.map(({ name }) => name);
  }
  get isOwed() {
    return this.#has(({ isInFlight }) => isInFlight);
  }
  get unsettled() {
    return this.#all.flatMap(({ name, loops }) => [...loops].map(() => `receive loop of ${name}`));
  }
  /** The queue of a context. An entry of the SDK's own, from before the overlay, is replaced. */
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
  #make(contextId) {
    return new Context(contextId, () => this.#registered(contextId));
  }
  #begin(contextId) {
    const known3 = this.#contexts.get(contextId);
    if (known3 !== void 0) return known3;
    const context = this.#make(contextId);
    if (this.#contexts === noContexts) this.#contexts = /* @__PURE__ */ new Map();
    this.#contexts.set(contextId, context);
    return context;
  }
  #changed(context) {
    if (context.isIdle) {
      context.endGrace();
      this.#contexts.delete(context.contextId);
    }
    this.#noteChange();
  }
  // -- loops --
  /** A loop has begun. */
  enter(consumer) {
    consumer.enter();
    this.#begin(consumer.contextId).loops.add(consumer);
  }
  /** A loop has ended. */
  leave(consumer) {
    if (!consumer.leave()) return;
    const context = this.#contexts.get(consumer.contextId);
    if (context?.loops.delete(consumer)) this.#changed(context);
  }
  /**
   * The SDK takes a context's queue away, because a `receive()` has ended, or to end one.
   *
   * @returns false when the queue has to stay: it holds the cause that other loops on it have yet to meet
   */
  unregister(contextId) {
    const loops = [...this.#contexts.get(contextId)?.loops ?? []];
    const queues = loops.filter((loop) => loop instanceof ContextQueue);
    const ended = queues.find((queue2) => !queue2.isRegistered) ?? queues[0];
    if (ended !== void 0) this.leave(ended);
    const queue = this.#registered(contextId);
    return queue?.cause === void 0 || !queue.isRead;
  }
  // -- the provider --
  /** Something was sent to a context. */
  begin(contextId, input) {
    const context = this.#begin(contextId);
    context.lastInput = input;
    context.isInFlight = true;
    context.isRenewed = true;
  }
  /** The provider is done with a context. */
  finish(contextId) {
    const context = this.#contexts.get(contextId);
    if (context === void 0) return;
    context.endGrace();
    context.isInFlight = false;
    this.#changed(context);
  }
  /** Gives the provider `grace` ms to end a cancelled context, and then does so. */
  cancelled(contextId, grace) {
    const context = this.#contexts.get(contextId);
    if (context === void 0) return;
    const loops = [...context.loops];
    context.isRenewed = false;
    const end = () => {
      context.dropOpen(loops);
      if (!context.isRenewed) this.finish(contextId);
    };
    if (grace === 0) end();
    else context.startGrace(grace, end);
  }
  // -- ends --
  of(contextId) {
    return [this.#contexts.get(contextId) ?? this.#make(contextId)];
  }
  /** A context that only listeners hear has nobody who could be told. */
  concernedBy(contextId) {
    return super.concernedBy(contextId).filter(({ consumers }) => consumers.size > 0);
  }
  /** A `done` that has arrived stays in force. */
  cut(loss) {
    super.cut(loss);
    this.#endForeignLoops("the connection closed");
    for (const context of this.#contexts.values()) context.endGrace();
    this.forget();
  }
  letGoOfFinished() {
    for (const context of this.#all) {
      if (context.isInFlight) continue;
      for (const loop of context.loops) {
        if (loop.isOpen) continue;
        context.loops.delete(loop);
        if (loop instanceof ContextQueue) this.#letGo = [...this.#letGo, loop];
      }
      this.#changed(context);
    }
  }
  drop() {
    for (const context of this.#contexts.values()) context.drop();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.queueOf(contextId, entry);
      if (!this.#letGo.includes(queue)) queue.drop();
    }
    this.#endForeignLoops("disconnected");
  }
  forget() {
    for (const context of this.#all) {
      context.isInFlight = false;
      this.#changed(context);
    }
  }
  /** Before a reconnect: a queue that was cut and is not read makes room for a context of the same id. */
  clearCut() {
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const { cause, isRead, isAdopted } = this.queueOf(contextId, entry);
      if (cause !== void 0 && !isRead && !isAdopted) this.#ws._contextQueues.delete(contextId);
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
  /** A loop on a context to which nothing was sent waits for nothing. */
  whenNoneOpen() {
    return this.#when(
      () => !this.#has(({ isInFlight, lastInput, loops }) => isInFlight || lastInput && loops.size > 0)
    );
  }
  whenNothingInFlight() {
    return this.#when(() => !this.#has(({ isInFlight }) => isInFlight));
  }
  whenNoLoops() {
    return this.#when(() => !this.#has(({ loops }) => loops.size > 0));
  }
  #noteChange() {
    for (const check of this.#waiting) check();
  }
  #has(condition) {
    for (const context of this.#contexts.values()) if (condition(context)) return true;
    return false;
  }
  #when(condition) {
    if (condition()) return void 0;
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiting = this.#waiting.filter((one) => one !== check);
        resolve();
      };
      this.#waiting = [...this.#waiting, check];
    });
  }
};

// overlays/cartesia/families/context-router/connection.ts
var RouterConnection = class extends Connection {
  name = "socket tts";
  streams;
  faults;
  #ws;
  /** The sends that wait for the handshake. */
  #held;
  /** The contexts cancelled during the handshake: nothing more is sent to them until it is over. */
  #cancelledEarly;
  constructor(ws, events) {
    super(events);
    this.#ws = ws;
    this.streams = new Contexts(ws);
    this.faults = new Faults(this, () => secretsOf(ws.client, ws._wsOptions));
  }
  get socket() {
    return this.#ws.socket;
  }
  // -- sockets --
  adopt(options) {
    refuseProxy(this.#ws, () => this.#ws._hasListener("event"));
    if (this.#ws.socket.readyState !== CLOSED) this.attach(options);
    this.streams.adopt();
  }
  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(options) {
    this.#cancelledEarly = void 0;
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
    this.#cancelledEarly = void 0;
  }
  /** Called before the SDK dials again. Loops that have begun since the cut wait for the next connection. */
  beforeReconnect() {
    this.cut(this.#ws.socket);
    this.streams.clearCut();
  }
  // -- sending --
  /** The number of sends that have begun in this tick. */
  sends = 0;
  /** Waits for the handshake. Returns false, at once, when the context is cancelled meanwhile. */
  async whenOpen(contextId) {
    if (this.#cancelledEarly?.has(contextId)) return false;
    let drop2 = () => {
    };
    const dropped = new Promise((resolve) => {
      drop2 = () => resolve(false);
    });
    const hold = { contextId, drop: drop2 };
    this.#held ??= /* @__PURE__ */ new Set();
    this.#held.add(hold);
    const open2 = this.#ws._ensureConnected().then(() => true);
    return Promise.race([open2, dropped]).finally(() => this.#held?.delete(hold));
  }
  /** Sends a request. @throws {StreamEndedError} when the connection has closed since it was last looked at */
  post(event, data) {
    if (this.isDeaf) this.admit("send()");
    const contextId = event.context_id ?? void 0;
    if (this.#ws.socket.readyState !== OPEN) {
      const what = "the connection closed before the message could be sent";
      throw new StreamEndedError(what, { contextId, cause: this.faults.lastError });
    }
    this.#ws.socket.send(data);
    if (contextId === void 0) return;
    this.streams.begin(contextId, event);
    if (this.ended) this.#endInput(event);
  }
  /** Cancels a context. Never throws, never dials, and ends the loops that the provider does not end within 500 ms. */
  cancel(event) {
    if (this.#ws.socket.readyState === CONNECTING) {
      this.#cancelledEarly ??= /* @__PURE__ */ new Set();
      this.#cancelledEarly.add(event.context_id);
    }
    for (const hold of this.#held ?? none3) if (hold.contextId === event.context_id) hold.drop();
    const asked = !this.isDeaf && this.#postCancel(event);
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
    for (const { contextId: context_id } of this.streams.inFlight) {
      if (!this.#postCancel({ cancel: true, context_id })) return void 0;
    }
    return this.streams.whenNothingInFlight();
  }
  // -- faults --
  /** The SDK reports a fault. Returns true when a loop or the caller of `connect()` learns of it, so that no listener has to. */
  onError(event, message, cause) {
    if (this.isDeaf) return true;
    if (event !== null) return this.#onErrorEvent(event);
    if (isSocketError(cause)) {
      this.faults.lastError ??= this.faults.clean(cause.error ?? cause);
      return this.faults.isConnecting || !this.streams.isEmpty;
    }
    const what = message ?? "unknown fault";
    if (cause?.name === "SyntaxError") this.faults.unreadable(what);
    return this.streams.cutConcerned(void 0, this.faults.loss({ what, cause }));
  }
  #onErrorEvent(event) {
    const contextId = event.context_id;
    const concerned = this.streams.concernedBy(contextId);
    if (typeof contextId === "string" && contextId !== "") this.streams.finish(contextId);
    else for (const context of concerned) context.deliver(event);
    return concerned.length > 0;
  }
  onUnreadable(frame, error) {
    const verdict = judge(frame, error);
    if (verdict === "well") return false;
    if (verdict === "void") return true;
    const { contextId, cause } = verdict;
    const what = "the provider sent a message that the SDK cannot read";
    this.faults.unreadable(what);
    if (!this.streams.cutConcerned(contextId, this.faults.loss({ what, cause }))) this.faults.warn(what);
    return true;
  }
  // -- the end --
  finishStreams() {
    if (this.sends === 0) return this.#finish();
    return Promise.resolve().then(() => this.isDeaf ? void 0 : this.#finish());
  }
  #finish() {
    for (const { lastInput } of this.streams.inFlight) if (lastInput !== void 0) this.#endInput(lastInput);
    return this.streams.whenNoneOpen();
  }
  /** Does what `no_more_inputs()` does: else the provider waits for more text, and holds the last words back. */
  #endInput(lastInput) {
    if (lastInput.continue !== true || this.#ws.socket.readyState !== OPEN) return;
    const { flush: _, ...rest } = lastInput;
    const end = { ...rest, transcript: "", continue: false };
    this.post(end, JSON.stringify(end));
  }
  politeSteps() {
    return [
      { name: "cancel", cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: "loops", cap: caps.loops, ask: () => this.streams.whenNoLoops() }
    ];
  }
  sendClose() {
    this.#ws.socket.close(1e3, "OK");
  }
};
function isSocketError(cause) {
  return typeof cause === "object" && cause !== null && cause.type === "error";
}

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
        standIn.open(options, WebSocket2, self, () => sdk._initSocket.call(this, options));
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
    /** Follows the SDK's `generate()`, with a mailbox that can be ended as its queue. */
    async *generate(request2, options) {
      const connection = of(this);
      connection.admit("generate()");
      const contextId = request2.context_id ?? uuid();
      const timeout = options?.timeout === void 0 ? void 0 : checkMs("generate(): timeout", options.timeout);
      const mailbox = new LoopMailbox(contextId, timeout);
      const onEvent = (event) => {
        if (typeof event !== "object") return;
        if ("context_id" in event ? event.context_id !== contextId : event.type === "error") return;
        mailbox.deliver(event);
      };
      connection.streams.enter(mailbox);
      this.on("event", onEvent);
      try {
        await this.send({ ...request2, context_id: contextId }).catch((error) => {
          if (!mailbox.isDropped) throw error;
        });
        while (true) {
          const event = mailbox.shift();
          if (event !== void 0) {
            yield event;
            if (event.type === "done") return;
            if (event.type === "error")
              throw new Error(connection.faults.scrub(JSON.stringify(event), Number.POSITIVE_INFINITY));
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
      if (entry !== void 0) keep(context, entryKey, entry);
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
      const connection = of(this);
      const isKnown = connection.onError(event, message, cause);
      if (this._hasListener("error")) sdk._onError.call(this, event, message, cause);
      else if (!isKnown) connection.faults.warn(message ?? `the provider reports: ${JSON.stringify(event)}`);
    }
  };
  async function sendGuarded(event) {
    const connection = of(this);
    const isCancel = event.cancel === true;
    if (!isCancel) connection.admit("send()");
    if (isCancel || this.socket.readyState === OPEN) {
      connection.sends += 1;
      await void 0;
      connection.sends -= 1;
    } else if (!await connection.whenOpen(event.context_id)) return;
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
var entryKey = /* @__PURE__ */ Symbol("hangup.entry");
function contextMembers(sdk, registry) {
  const queueOf = (context) => {
    const { contextId, _ws } = context;
    const entry = kept(context, entryKey) ?? _ws._contextQueues.get(contextId);
    return entry && registry.connectionOf(_ws).streams.queueOf(contextId, entry);
  };
  const guarded = (name) => function(options) {
    if (!registry.serves(this._ws)) return sdk[name].call(this, options);
    const connection = registry.connectionOf(this._ws);
    if (connection.ended) return handled(Promise.reject(lateCall(connection.name, `${name}()`)));
    const cause = queueOf(this)?.cause;
    return handled(
      cause === void 0 ? sdk[name].call(this, options) : Promise.reject(cause)
    );
  };
  const members = {
    push: guarded("push"),
    send: guarded("send"),
    flush: guarded("flush"),
    no_more_inputs: guarded("no_more_inputs"),
    /** The SDK's loop reads its time-out once, before anything else: that tells us of its beginning. */
    receive(options) {
      if (!registry.serves(this._ws)) return sdk.receive.call(this, options);
      const begin = () => {
        const connection = registry.connectionOf(this._ws);
        const { streams } = connection;
        if (connection.isDeaf || !streams.isInFlight(this.contextId)) connection.admit("receive()");
        const queue = queueOf(this);
        queue?.restore();
        if (queue?.isRegistered) streams.enter(queue);
        else if (queue?.cause !== void 0) throw queue.cause;
        return options?.timeout;
      };
      return sdk.receive.call(this, {
        get timeout() {
          return begin();
        }
      });
    },
    /** The SDK's method hands no options on: it gets a connection that adds them. */
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
  sdk: "cartesia",
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
      make: (ws, events) => new RouterConnection(ws, events),
      clientOf: (ws) => ws.client
    });
    const context = sdk.context.call({ _registerContext() {
    } }, { contextId: "none" });
    const Context2 = Object.getPrototypeOf(context);
    return {
      registry,
      patches: [
        { object: prototype, name: "TTSWS", members: ttswsMembers(sdk, registry, self) },
        { object: Context2, name: "TTSWSContext", members: contextMembers(snapshot(Context2), registry) }
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
function catchTimer(onTimer) {
  const { setTimeout: setTimeout2, clearTimeout: clearTimeout2 } = globalThis;
  let isOver = false;
  const caught = (callback, ms, ...rest) => {
    const timer = setTimeout2(callback, ms, ...rest);
    if (!isOver) {
      stop();
      onTimer(() => {
        clearTimeout2(timer);
        callback();
      });
    }
    return timer;
  };
  const restore = replaceForMoment(globalThis, "setTimeout", Object.assign(caught, setTimeout2));
  const stop = () => {
    isOver = true;
    restore();
  };
  queueMicrotask(stop);
}
var fraction = 2 ** -20;
var last = () => shared("delays@1", () => ({ count: 0 }));
function uniqueSeconds(ms) {
  const delay = last();
  delay.count = (delay.count + 1) % (1 / fraction);
  return (ms + delay.count * fraction) / 1e3;
}
function clearTimer(seconds) {
  const timers = nodeModule("timers");
  if (timers === void 0) return;
  const ms = seconds * 1e3;
  const own = timers.setTimeout(() => {
  }, ms);
  const ring = own;
  for (let link = ring._idleNext; link && link !== ring; link = link._idleNext) {
    if (link._idleTimeout === ms) {
      timers.clearTimeout(link);
      break;
    }
  }
  timers.clearTimeout(own);
}

// overlays/stainless/event-stream/frames.ts
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

// overlays/stainless/event-stream/connection.ts
var EventStreamConnection = class extends Connection {
  name;
  faults;
  streams;
  #ws;
  #sdk;
  #options;
  /** The `close` event was emitted: the SDK will dial no more. */
  #isOver = false;
  /** Ends the back-off of the SDK's reconnect. */
  #endBackOff = () => {
  };
  constructor(ws, sdk, events, options) {
    const { name, work, secretsOf: secretsOf3 } = options;
    super(events);
    this.#ws = ws;
    this.name = name;
    this.streams = new Work(work);
    this.#options = options;
    this.#sdk = sdk;
    this.faults = new Faults(this, () => secretsOf3(ws));
  }
  get socket() {
    return this.#ws.socket?.platformSocket;
  }
  // -- sockets --
  adopt(options) {
    refuseProxy(this.#ws, () => this.#ws._hasListener("close"));
    this.watchBackOff();
    this.adoptSocket(options);
    this.#isOver = this.idle && !this.#ws._isReconnecting;
  }
  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket, options) {
    this.#endBackOff = () => {
    };
    this.streams.forget();
    try {
      this.attachSocket(socket, options);
    } catch (error) {
      this.end(Deadline.spent("force"));
      forceClose(socket);
      throw error;
    }
  }
  /** @throws {DisconnectedError} once the door is closed */
  onSend(call, event) {
    this.admit(call);
    const { isRequest } = this.#options;
    if (isRequest === void 0) {
      this.streams.hasBegun = true;
      if (this.#options.isLast?.(event)) this.streams.isLastAsked = true;
    } else if (isRequest(typeOf(event))) this.streams.requests += 1;
  }
  /** An event of the provider is about to be emitted. */
  onEvent(event) {
    if (this.#options.isAnswer?.(typeOf(event))) this.streams.answer();
  }
  // -- the SDK's own reconnect --
  /** The SDK tells iterators of a reconnect, and then sleeps in the same tick, with a timer that nothing else could reach. */
  watchBackOff() {
    this.#ws._internalEvents.on("reconnecting", ({ closeCode }) => {
      if (!this.#ws._canReconnect(closeCode)) return;
      catchTimer((endWait) => {
        this.#endBackOff = endWait;
      });
    });
  }
  // -- faults, and the `close` event --
  /** Emits the `close` event, once. @param tell the SDK's method, which calls the app's listeners */
  finish(tell) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tellOwnFault();
    tell();
  }
  get isOver() {
    return this.#isOver;
  }
  /** The SDK reports a fault. Listeners are told, iterators among them; where there is none, it is logged. */
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
    if (!this.isDeaf) this.faults.warn(message);
  }
  onUnreadable(frame, _error) {
    if (!isUnreadable(frame)) return false;
    const what = "the provider sent a message that the SDK cannot read";
    this.faults.unreadable(what);
    this.#ws._onError(null, what);
    return true;
  }
  // -- the end --
  /** The SDK's own `close()`. */
  closeWith(props) {
    if (!this.ended) {
      this.#ws._closeCode = props?.code ?? 1e3;
      this.#ws._closeReason = props?.reason ?? "OK";
    }
    return this.close(() => this.#sdk.close.call(this.#ws, props));
  }
  sendClose() {
    this.#sdk.close.call(this.#ws);
  }
  /** The provider sends the rest, and then closes the connection. */
  finishStreams() {
    const { lastRequest } = this.#options;
    if (!this.streams.isUnderWay || this.socket?.readyState !== OPEN) return void 0;
    if (lastRequest === void 0) return this.streams.whenAnswered();
    this.#sdk.send.call(this.#ws, lastRequest(this.#ws));
    this.streams.isLastAsked = true;
    return new Promise(() => {
    });
  }
  isLoss({ code }) {
    const isLastWord = this.streams.isLastAsked && (code === 1e3 || code === 1005);
    return this.streams.isUnderWay && !isLastWord;
  }
  /** Messages go on arriving until the socket is closed, as they do after the SDK's own `close()`. */
  stopDialling() {
    this.#ws._intentionallyClosed = true;
    this.#endBackOff();
  }
  /** Does what the SDK does when the socket has closed, and does so when the peer's close frame has arrived. */
  cutStreams(end) {
    if (this.isLoss(end)) this.faults.streamEnded({ contextId: void 0, phase: "between-chunks" }, end);
    const { code = 1006, reason = "" } = end;
    const ws = this.#ws;
    if (ws._canReconnect(code)) void ws._reconnect(code);
    else if (!ws._isReconnecting) ws._emitPermanentClose(code, String(reason));
  }
  /** Ends the iterators that the SDK has not ended: its reconnect was cut short, or the socket never closes. */
  releaseStreams() {
    const ws = this.#ws;
    if (ws._isReconnecting) ws._emitPermanentClose(ws._closeCode, ws._closeReason);
    else ws._emitPermanentClose(1006, "");
  }
};
var Work = class extends StreamSet {
  /** Something was sent on the socket that is open, and nobody tells when it is done. */
  hasBegun = false;
  /** The provider was asked to close the connection when it has finished. */
  isLastAsked = false;
  /** Requests that the provider has not answered. */
  requests = 0;
  #onAnswered = () => {
  };
  #name;
  constructor(name) {
    super();
    this.#name = name;
  }
  get isUnderWay() {
    return this.hasBegun || this.requests > 0;
  }
  get names() {
    return this.isUnderWay ? [this.#name] : [];
  }
  get unfinished() {
    return this.names;
  }
  answer() {
    this.requests = Math.max(0, this.requests - 1);
    if (this.requests === 0) this.#onAnswered();
  }
  /** Settles when every request was answered. */
  whenAnswered() {
    return new Promise((resolve) => {
      this.#onAnswered = resolve;
    });
  }
  forget() {
    this.hasBegun = false;
    this.isLastAsked = false;
    this.requests = 0;
  }
};
var typeOf = (event) => event?.type;

// overlays/stainless/event-stream/family.ts
var required = [
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
];
function eventStreamFamily(options) {
  return {
    sdk: options.sdk,
    name: "event-stream",
    required,
    isOwn: (prototype) => prototype.constructor.length === options.parameters,
    seams(prototype, self) {
      const sdk = snapshot(prototype);
      const registry = new Registry({
        make: (ws, events) => new EventStreamConnection(ws, sdk, events, options),
        clientOf: (ws) => ws._client
      });
      const opening = (ws, open2) => {
        const { standIn: standIn2 } = options;
        return standIn2 ? standIn2.open(ws._wsOptions, registry.optionsOf(ws).WebSocket, self, open2) : open2();
      };
      const members = eventStreamMembers(sdk, registry, opening, options.isAnswer !== void 0);
      return {
        registry,
        patches: [{ object: prototype, name: prototype.constructor.name, members }],
        check: ({ WebSocket: WebSocket2 }) => checkSocketClass(WebSocket2, (given) => openProbe2(sdk, given))
      };
    }
  };
}
function openProbe2(sdk, options) {
  const probe = Object.create(sdk, { _client: { value: {} }, _wsOptions: { value: options } });
  return sdk._createSocket.call(probe, new URL("wss://127.0.0.1"), {}).platformSocket;
}

// overlays/cartesia/families/event-stream/family.ts
var eventStream = eventStreamFamily({
  sdk: "cartesia",
  parameters: 3,
  name: "socket stt",
  work: "transcription",
  // `ManualFinalizeWS` sends words, `AutoFinalizeWS` JSON.
  lastRequest: ({ url }) => url.pathname.includes("/turns/") ? { type: "close" } : "close",
  isLast: (event) => event === "close" || event?.type === "close",
  secretsOf: ({ _client, _wsOptions, _parameters }) => secretsOf(_client, _wsOptions, _parameters),
  standIn
});

// overlays/client/fetch.ts
var readers = ["arrayBuffer", "blob", "formData", "json", "text"];
function fetchFor(client2, given, send) {
  const exchange = new Exchange();
  const signal = given ? exchange.follow(AbortSignal.any([exchange.signal, given])) : exchange.signal;
  return untilDisconnected(client2, () => exchange.run(client2, () => send(signal), streamsOf2)).then((response) => {
    for (const name of readers) {
      const read2 = response[name];
      if (typeof read2 !== "function") continue;
      const value = () => untilDisconnected(client2, () => read2.call(response), true);
      setMember(response, name, { value, writable: true });
    }
    return response;
  });
}
function streamsOf2(response) {
  const { body } = response;
  return typeof body === "object" && body !== null ? [response, body] : [];
}

// overlays/fern/destroyable.ts
var states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
var known2 = /* @__PURE__ */ new WeakMap();
function destroyable(options) {
  const Socket = options.WebSocket ?? globalThis.WebSocket;
  if (Socket?.prototype === void 0) return options;
  const Destroyable = known2.get(Socket) ?? destroyableClass(Socket);
  known2.set(Socket, Destroyable);
  return { ...options, WebSocket: Destroyable };
}
function destroyableClass(Socket) {
  function Destroyable(...args) {
    return openDestroyable(() => new Socket(...args));
  }
  return Object.assign(Destroyable, states);
}

// overlays/fern/socket-guard.ts
var ReconnectingSocketGuard = class {
  #rws;
  #owner;
  #isStopped = false;
  /** Another socket has taken its place: its events concern nobody any more. */
  #isRetired = false;
  #backOff;
  /** The SDK believes it to be open. */
  #isOpen;
  #isFailing = false;
  /** The data of the last `send()`. */
  lastSent;
  /** The start of the stream that the SDK is about to start. */
  #expected;
  /** The same, from the request until the end of that tick: in it the SDK registers the stream's listeners. */
  #starting;
  constructor(rws, owner) {
    this.#rws = rws;
    this.#owner = owner;
    this.#isOpen = rws._ws?.readyState === OPEN;
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
      if (socket.readyState !== CLOSED) this.#owner.onSocket(socket);
      _addListeners.call(rws);
    });
  }
  /** Follows the SDK's `_wait`, with a timer that can be cleared. */
  #wait() {
    return new Promise((resolve) => {
      this.#backOff = setTimeout(() => {
        this.#backOff = void 0;
        resolve();
      }, this.#rws._getNextDelay());
    });
  }
  #overrideEvents() {
    const rws = this.#rws;
    const { _handleMessage, _handleError, _handleClose, _handleTimeout } = rws;
    this.#set("_handleMessage", (event) => this.#owner.onFrame(event, _handleMessage));
    this.#set("_handleError", (event) => {
      this.#onError(event, rws._ws);
      this.#isFailing = true;
      try {
        _handleError(event);
      } finally {
        this.#isFailing = false;
      }
    });
    this.#set("_handleClose", (event) => {
      this.#isOpen = false;
      if (!this.#isRetired) this.#owner.onClose({ code: event.code, reason: event.reason });
      _handleClose(event);
    });
    this.#set("_handleTimeout", () => {
      this.#owner.onTimeout(rws._options.connectionTimeout ?? 4e3);
      _handleTimeout.call(rws);
    });
  }
  #onError(event, socket) {
    if (!this.#isRetired) this.#owner.onError(event.error ?? event, socket);
  }
  #overrideSending() {
    const rws = this.#rws;
    const { send, addEventListener } = rws;
    this.#set("send", (data) => {
      this.lastSent = data;
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
   * @param guard wraps its message listener
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
  /** An error has come: the SDK makes up a close event with the code 1000 for it, and tells its listeners of that. */
  get isFailing() {
    return this.#isFailing;
  }
  /** May dial again, where the SDK has one socket for all its connections. */
  start() {
    this.#isStopped = false;
  }
  /** Dials no more, and waits for nothing. */
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
    forceClose(rws);
  }
};

// overlays/cartesia/families/reconnecting/connection.ts
var ReconnectingConnection = class extends Connection {
  faults;
  ws;
  #sdk;
  #settings;
  guard;
  #attempts = new Attempts();
  /** The options of the user's last `connect()`; a call that connects by itself takes them too. */
  #connectOptions = {};
  /** The calls that wait for their turn. */
  #queue = Promise.resolve();
  #queued = 0;
  #recovery;
  constructor(ws, events, { sdk, settings }) {
    super(events);
    this.ws = ws;
    this.#sdk = sdk;
    this.#settings = settings;
    this.faults = new Faults(this, () => secretsOf2(ws));
  }
  get socket() {
    return this.ws.socket?._ws;
  }
  // -- connecting --
  /** @param given the user's options; the SDK itself gives none when it connects for a call that waits */
  connect(given) {
    return this.#connectOnce(given === void 0 && this.#queued > 0 ? void 0 : given ?? {});
  }
  /** The user's own `connect()` opens a connection. */
  beginAnew(options) {
    this.#connectOptions = options;
  }
  #connectOnce(given) {
    const { current } = this.#attempts;
    if (current !== void 0) return current;
    if (this.connected) return Promise.reject(new Error("WebSocket is already connected."));
    if (given !== void 0) this.beginAnew(given);
    return this.#attempts.start((attempt) => this.#dial(attempt), {
      limit: this.#settings().connectTimeout,
      onFailure: () => {
        if (!this.ended) this.guard?.retire();
      }
    });
  }
  async #dial(attempt) {
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
    }
    this.guard?.retire();
    this.faults.lastError = void 0;
    const { socket: before } = this.ws;
    const { WebSocket: WebSocket2 } = this.#settings();
    const options = destroyable({ ...WebSocket2 && { WebSocket: WebSocket2 }, ...this.#connectOptions });
    const dialling = this.#sdk.connect.call(this.ws, options);
    const { socket } = this.ws;
    if (socket !== void 0 && socket !== before) {
      this.guard = new ReconnectingSocketGuard(socket, this);
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
    if (socket !== void 0) this.guard = new ReconnectingSocketGuard(socket, this);
  }
  onSocket(socket) {
    try {
      this.attachSocket(socket, this.#settings());
    } catch (error) {
      if (this.#attempts.current === void 0) throw error;
      this.#attempts.fail(error);
      forceClose(socket);
    }
  }
  onError(error, socket) {
    this.faults.lastError ??= this.faults.clean(error);
    if (socket !== void 0) this.cut(socket);
  }
  onTimeout(limit) {
    this.faults.lastError = new ConnectTimeoutError(limit);
  }
  onClose(end) {
    const { socket } = this;
    if (socket !== void 0) this.cut(socket, end);
    if (!this.ended) this.#attempts.fail(this.faults.connectFailure(this.faults.lastError ?? new Error(closedEarly)));
  }
  // -- the end --
  end(limit, drain) {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }
  sendClose() {
    this.#sdk.disconnect.call(this.ws);
  }
  stopDialling() {
    this.guard?.stop();
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
  return isPlain2(frame, shape) ? "plain" : read(frame, shape);
}
var dataKey = '"data":';
function isPlain2(frame, { sampleBytes, allAudio }) {
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

// overlays/cartesia/read-error.ts
function readError(cause, samplesRead) {
  const error = cause instanceof StreamEndedError ? new StreamEndedError(cause.message, cause) : new ReceiveTimeoutError(cause.phase, cause.timeout, cause.contextId);
  return Object.assign(error, { samplesRead });
}

// overlays/cartesia/families/reconnecting/iterators.ts
function endable(iterator) {
  const sdkNext = iterator.next;
  let isEnded = false;
  let isOver = false;
  let cause;
  let last2;
  const over = async () => {
    isOver = true;
    if (cause !== void 0) throw cause;
    return { done: true, value: void 0 };
  };
  const again = () => isOver ? over() : sdkNext.call(isEnded ? lastReceiver : receiver);
  const receiver = { next: again };
  const lastReceiver = { next: over };
  const release = () => {
    let isSettled = last2 === void 0;
    const settle = () => {
      isSettled = true;
    };
    last2?.then(settle, settle);
    setTimeout(() => {
      if (isSettled) return;
      isOver = true;
      void iterator.return?.();
    });
  };
  const value = () => {
    last2 = again();
    if (isEnded && !isOver) release();
    return last2;
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
var SpeechStream = class {
  contextId;
  #handle;
  #sdk;
  #onEnd;
  #iterators = /* @__PURE__ */ new Set();
  /** Functions that settle the `once()` promises which have not been kept. */
  #expectations = /* @__PURE__ */ new Set();
  #state = "open";
  #cause;
  /** For each read of the SDK's that is under way, a function that reads once more. */
  #reading = /* @__PURE__ */ new Set();
  /** The cause that the message which is being handled will end it with. */
  #pending;
  #hasStarted = false;
  #isConsumed = false;
  #timer;
  /** @param timeout the longest silence in ms; 0 for none */
  constructor(handle, contextId, timeout, onEnd2) {
    const { source } = handle;
    this.contextId = contextId;
    this.#handle = handle;
    this.#onEnd = onEnd2;
    this.#sdk = { read: source.read, enqueue: source.enqueue, close: source.close };
    this.#override(source, "read", (into) => this.#read(into));
    this.#override(source, "close", () => this.#close());
    if (source.writeIndex === void 0 || timeout > 0) this.#watchAudio(timeout);
    for (const emitter of [source, handle]) this.#overrideEvents(emitter);
  }
  #override(object, key, value) {
    setMember(object, key, { value, writable: true });
  }
  /** Somebody reads it, and so learns why it ended. */
  get isConsumed() {
    return this.#isConsumed;
  }
  /** The last text that was sent for it. */
  input;
  get name() {
    return `context ${this.contextId ?? "(unnamed)"}`;
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
  cut(loss) {
    void this.#end("cut", loss(this));
  }
  drop() {
    void this.#end("dropped");
  }
  /** Cuts it by the provider's message that is being handled, also when the SDK takes that message for its own end. */
  cutAround(loss, handle) {
    const cause = loss(this);
    this.#pending = cause;
    handle();
    void this.#end("cut", cause);
  }
  /** @returns the SDK's own promise of the source's end */
  #end(state2, cause) {
    if (!this.isOpen) return Promise.resolve();
    this.#state = state2;
    this.#cause = cause;
    clearTimeout(this.#timer);
    this.#onEnd();
    const closed = this.#sdk.close.call(this.#handle.source);
    if (this.#reading.size > 0) setTimeout(() => this.#readAgain());
    this.#disappoint();
    if (state2 === "done") {
      for (const iterator of this.#iterators) iterator.end();
      return closed;
    }
    for (const iterator of this.#iterators) iterator.end(cause);
    void closed.then(() => this.#handle.stop?.());
    return closed;
  }
  /** The SDK closes the source: on `done`, on the user's `stop()`, and when the socket closes; then we have been first. */
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
      if (this.#cause !== void 0) throw readError(this.#cause, samples);
      return samples;
    });
  }
  /**
   * The SDK's read looks whether the source is closed, and some ticks later begins to listen for its close. It misses a close
   * in between. Another read finds the source closed.
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
  /** Reads again in order, so that each read gets its share of the audio that has arrived. */
  #readAgain() {
    for (const again of this.#reading) again();
  }
  #watchAudio(timeout) {
    const { source } = this.#handle;
    const start = () => {
      const onSilence = () => this.#end("cut", new ReceiveTimeoutError(this.phase, timeout, this.contextId));
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
      const kept2 = once(names, ...rest);
      return this.#expect(kept2, emitter === this.#handle.source && [names].flat().includes("close"));
    });
  }
  /**
   * A promise that is also settled by the end of the stream.
   *
   * @param isEnd the end itself keeps this promise
   */
  #expect(kept2, isEnd) {
    const expected = new Promise((resolve, reject) => {
      const settle = (error) => isEnd ? resolve(void 0) : reject(error);
      const give = (value) => {
        this.#expectations.delete(settle);
        resolve(value);
      };
      kept2.then(give, reject);
      this.#expectations.add(settle);
      if (!this.isOpen) this.#disappoint();
    });
    expected.catch(() => {
    });
    return Object.assign(expected, { off: kept2.off });
  }
  /** Settles the promises of `once()` that the end leaves open. */
  #disappoint() {
    if (this.#expectations.size === 0) return;
    const disappoint = () => {
      const expectations = [...this.#expectations];
      this.#expectations.clear();
      for (const settle of expectations) settle(this.#cause ?? this.#noEvent());
    };
    if (this.#state === "done") setTimeout(disappoint);
    else disappoint();
  }
  #noEvent() {
    if (this.#state === "dropped") return new DisconnectedError("once()");
    return new StreamEndedError(`once(): ${this.name} is over, and no event follows`, {
      contextId: this.contextId,
      phase: this.phase
    });
  }
};

// overlays/cartesia/families/reconnecting/tts-connection.ts
var TtsConnection = class extends ReconnectingConnection {
  name = "socket tts";
  streams = new StreamSet();
  #shape = { sampleBytes: 1, allAudio: false };
  // -- streams --
  /** Starts a stream. The SDK's own time limit would crash, so it is kept here. @param send the SDK's method */
  start(request2, timeout, send) {
    const { guard } = this;
    const start = guard?.expect((listener) => this.#guarded(listener));
    const settled = () => start?.settled();
    const begin = (handle) => {
      const contextId = request2.contextId ?? request2.context_id ?? contextIn(start?.request);
      const stream = new SpeechStream(handle, contextId, timeout, () => {
        this.streams.delete(stream);
        if (start !== void 0) guard?.unregister(start.registrations);
      });
      this.streams.add(stream);
      this.#noteInput(start?.request);
      this.#shape = { sampleBytes: stream.sampleBytes, allAudio: stream.isAllAudio };
      if (this.isDeaf) stream.drop();
      return handle;
    };
    try {
      const started = send();
      if (isPromise(started)) {
        const begun = started.then(begin);
        begun.then(settled, settled);
        return begun;
      }
      settled();
      return begin(started);
    } catch (error) {
      settled();
      throw error;
    }
  }
  /** More text is sent for a stream. @param sent the result of the SDK's method */
  continued(sent) {
    const note = () => this.#noteInput(this.guard?.lastSent);
    if (isPromise(sent)) sent.then(note, () => {
    });
    else note();
    return sent;
  }
  #noteInput(text) {
    if (typeof text !== "string") return;
    const input = JSON.parse(text);
    for (const stream of this.streams.open) if (stream.contextId === input.context_id) stream.input = input;
  }
  /** An error that a listener of the SDK's throws is the fault of the frame that it reads. */
  #guarded(listener) {
    return (event) => {
      try {
        listener(event);
      } catch {
        this.#onUnreadable(void 0, "the provider sent a message that the SDK cannot read");
      }
    };
  }
  #onUnreadable(contextId, what) {
    this.faults.unreadable(what);
    if (!this.streams.cutConcerned(contextId, this.faults.loss({ what }))) this.faults.warn(what);
  }
  // -- frames --
  onFrame(event, pass) {
    const verdict = typeof event.data === "string" ? inspect(event.data, this.#shape) : "plain";
    if (verdict === "plain") pass(event);
    else if (verdict === "unknown") return;
    else if ("error" in verdict) this.#onErrorMessage(verdict.error, () => pass(event));
    else this.#onUnreadable(verdict.message?.context_id, `the provider sent ${verdict.fault}`);
  }
  #onErrorMessage(message, pass) {
    const what = "the provider reported an error";
    const cause = new Error(this.faults.scrub(JSON.stringify(message), 500));
    const loss = this.faults.loss({ what, cause });
    const concerned = this.streams.concernedBy(message.context_id);
    const handle = concerned.reduceRight((inner, stream) => () => stream.cutAround(loss, inner), pass);
    handle();
    if (concerned.length === 0) this.faults.warn(`${what}: ${cause.message}`);
  }
  // -- the end --
  /** The provider of a stream that takes more text waits for that, and holds the last words back. */
  finishStreams() {
    for (const { input } of this.streams.open) {
      if (input?.continue !== true || this.socket?.readyState !== OPEN) continue;
      this.ws.socket?.send(JSON.stringify({ ...input, transcript: "", continue: false }));
    }
    return this.streams.whenNoneOpen();
  }
  cutStreams(end) {
    const { open: open2 } = this.streams;
    super.cutStreams(end);
    const silent2 = open2.filter((stream) => !stream.isConsumed);
    if (silent2.length > 0) this.faults.warn(`${silent2.length} streams were cut: the connection closed`);
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
      return handled(
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
    if (!isPromise(result)) return false;
    result.then(void 0, () => {
    });
    return true;
  } catch {
    return false;
  }
}
function ttsMembers(sdk, registry) {
  const sdkContinue = sdk.continue;
  const dials2 = sdkContinue !== void 0 && isAsync(sdkContinue);
  const rejects = isAsync(sdk.send);
  const members = {
    send(request2, options) {
      const connection = registry.connectionOf(this);
      const timeout = readTimeout(options);
      const start = () => connection.start(request2, timeout, () => sdk.send.call(this, request2, { ...options, timeout: 0 }));
      if (dials2) return handled(inPromise(() => connection.enqueue("send()", start)));
      const guarded = () => {
        connection.admit("send()");
        return start();
      };
      return rejects ? handled(inPromise(guarded)) : guarded();
    }
  };
  if (sdkContinue !== void 0) {
    members.continue = function(request2) {
      const connection = registry.connectionOf(this);
      const send = () => connection.continued(sdkContinue.call(this, request2));
      if (dials2) return handled(inPromise(() => connection.enqueue("continue()", send)));
      connection.admit("continue()");
      return send();
    };
  }
  return { ...commonMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}
function sttMembers(sdk, registry) {
  const run = (ws, call, method) => {
    const connection = registry.connectionOf(ws);
    return connection.isClear ? method() : handled(inPromise(() => connection.enqueue(call, method)));
  };
  const post = (name) => function(audio) {
    return run(this, `${name}()`, () => {
      registry.connectionOf(this).onSend(name);
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

// overlays/connection/told-stream.ts
var ToldStream = class {
  name;
  contextId = void 0;
  phase = "between-chunks";
  #isOpen = true;
  #tell;
  /** @param tell tells of a cut */
  constructor(name, tell) {
    this.name = name;
    this.#tell = tell;
  }
  get isOpen() {
    return this.#isOpen;
  }
  /** The provider's own end. */
  end() {
    this.#isOpen = false;
  }
  cut(loss) {
    this.end();
    this.#tell(loss(this));
  }
  drop() {
    this.end();
  }
};

// overlays/cartesia/families/reconnecting/shapes.ts
var onEnd = /* @__PURE__ */ Symbol("onEnd");

// overlays/cartesia/families/reconnecting/stt-connection.ts
var SttConnection = class extends ReconnectingConnection {
  name = "socket stt";
  streams = new StreamSet();
  /** By callback, the function that asks the SDK to register it. */
  #callbacks = /* @__PURE__ */ new Map();
  /** Something was sent, and the provider has not said that it is done. */
  #transcription;
  onSend(call) {
    if (!this.#transcription?.isOpen) {
      this.#transcription = new Transcription("transcription", (cause) => this.#tell(cause));
      this.streams.add(this.#transcription);
    }
    this.#transcription.hasAllAudio = call === "done";
  }
  /** @param register asks the SDK to call the callback, on the connection that is open then */
  async listen(callback, register) {
    await register();
    this.admit("onMessage()");
    this.#callbacks.set(callback, register);
  }
  /** Forgets the callbacks, as the SDK does: they are those of one connection. */
  beginAnew(options) {
    this.#callbacks.clear();
    super.beginAnew(options);
  }
  /** A connection that a call needs takes the callbacks along. */
  async connectForCall() {
    await super.connectForCall();
    await Promise.all([...this.#callbacks.values()].map((register) => register()));
  }
  onFrame(event, pass) {
    const { data } = event;
    if (this.#transcription?.isOpen && typeof data === "string" && data.includes('"done"') && isDone(data)) {
      this.#transcription.end();
      this.streams.noteEnd();
    }
    pass(event);
  }
  #tell(cause) {
    const { message } = cause;
    if (this.#callbacks.size === 0) this.faults.warn(message);
    for (const callback of this.#callbacks.keys()) {
      queueMicrotask(() => {
        if (callback[onEnd] === void 0) callback({ type: "error", requestId: "", message });
        else callback[onEnd](cause);
      });
    }
  }
  /** The provider transcribes what it has heard when it is told that this is all. */
  finishStreams() {
    if (this.#transcription?.hasAllAudio === false && this.socket?.readyState === OPEN) this.ws.socket?.send("done");
    return this.streams.whenNoneOpen();
  }
  dropStreams() {
    super.dropStreams();
    const callbacks = [...this.#callbacks.keys()];
    this.#callbacks.clear();
    for (const callback of callbacks) callback[onEnd]?.();
  }
};
var Transcription = class extends ToldStream {
  /** The provider was told that no more audio follows. */
  hasAllAudio = false;
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
  sdk: "cartesia",
  name: "reconnecting",
  required: ["onMessage", "finalize", "done", "send", "connect", "disconnect"],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, events) => new SttConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf
    });
    return { registry, patches: [{ object: prototype, name: "SttWebsocket", members: sttMembers(sdk, registry) }] };
  }
};
var reconnectingTts = {
  sdk: "cartesia",
  name: "reconnecting",
  required: ["continue", "send", "connect", "disconnect"],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, events) => new TtsConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
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

// overlays/cartesia/families/nested-client/family.ts
var fetches = ["_fetch", "fetch"];
var nestedClient = {
  sdk: "cartesia",
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
  // A part has none, so that its report does not name what that of the client names.
  addressesOf: ({ tts, baseUrl }) => tts === void 0 ? [] : [baseUrl],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const name = fetches.find((name2) => Object.hasOwn(prototype, name2));
    const fetch = function(path, options = {}) {
      return fetchFor(this, options.signal, (signal) => sdk[name].call(this, path, { ...options, signal }));
    };
    const members = { ...nestedMembers(prototype), [name]: { value: fetch, writable: true } };
    return { patches: [{ object: prototype, name: "the client", members }] };
  }
};
var nestedSpeaker = {
  sdk: "cartesia",
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
    return {
      patches: [
        { object: prototype, name: "TTS", members: Object.getOwnPropertyDescriptors(members) }
      ]
    };
  }
};
var nestedSpeaker10 = { ...nestedSpeaker, required: ["websocket", "fetch"] };
function nestedMembers(prototype) {
  const partsOf = (client2) => Object.values(client2).filter((part) => Object.prototype.isPrototypeOf.call(prototype, part));
  const tied2 = /* @__PURE__ */ new WeakSet();
  return clientMembers({
    levelOf: (client2) => ({
      get connected() {
        return [client2, ...partsOf(client2)].some((one) => clientState(one).connected);
      },
      get connections() {
        const untied = partsOf(client2).filter((part) => !tied2.has(part));
        return [client2, ...untied].flatMap((one) => clientState(one).connections);
      },
      end(limit, drain) {
        const state2 = clientState(client2);
        for (const part of partsOf(client2).filter((part2) => !tied2.has(part2))) {
          tied2.add(part);
          state2.add(clientState(part));
        }
        return state2.end(limit, drain);
      }
    }),
    optionsOf: (client2) => optionsOfInstance(client2),
    isInstance: () => true
  });
}

// overlays/fern/addresses.ts
function addressesIn(client2, production) {
  const { baseUrl, environment } = client2._options ?? {};
  const urls = typeof environment === "object" && environment !== null ? Object.values(environment) : [environment];
  return [baseUrl ?? production, ...urls];
}

// overlays/fern/requests.ts
var fetcherDefaults = { timeout: 6e4, retries: 2 };
function request(client2, given, isOwnFetcher, send, defaults2 = fetcherDefaults) {
  return untilDisconnected(client2, () => {
    const exchange = new Exchange();
    const options = { ...given, abortSignal: either(exchange, given?.abortSignal) };
    if (!isOwnFetcher) return exchange.run(client2, () => send(options), streamsOf3);
    const attempts = new Attempts2(exchange, options, defaults2);
    return exchange.run(client2, () => send(attempts.options), streamsOf3).catch((error) => {
      attempts.clear();
      throw error;
    });
  });
}
function either(exchange, given) {
  const { signal } = exchange;
  return given === void 0 || given === null ? signal : exchange.follow(AbortSignal.any([signal, given]));
}
function isBinary(result) {
  const { stream, arrayBuffer } = result;
  return typeof stream === "function" && typeof arrayBuffer === "function";
}
function streamsOf3(result) {
  const read2 = dataOf(result);
  if (typeof read2 !== "object" || read2 === null) return [];
  if (isBinary(read2)) {
    const body = read2.stream();
    return body === null ? [read2] : [read2, body];
  }
  if (!(Symbol.asyncIterator in read2)) return [];
  const streams = [read2];
  for (const key of ["stream", "readableStream"]) {
    const inner = streams[0][key];
    if (typeof inner === "object" && inner !== null) streams.unshift(inner);
  }
  return streams;
}
function dataOf(result) {
  const isPair = typeof result === "object" && result !== null && "data" in result && "rawResponse" in result;
  return isPair ? result.data : result;
}
var Attempts2 = class {
  options;
  #exchange;
  /** The limit of each attempt. */
  #seconds;
  #responses = 0;
  #endBackOff = () => {
  };
  constructor(exchange, { timeoutInSeconds, maxRetries, ...given }, defaults2) {
    this.#exchange = exchange;
    this.#seconds = uniqueSeconds(timeoutInSeconds == null ? defaults2.timeout : timeoutInSeconds * 1e3);
    exchange.signal.addEventListener("abort", () => this.#endBackOff());
    const observed = { valueOf: () => this.#onResponse(maxRetries ?? defaults2.retries) };
    this.options = { ...given, timeoutInSeconds: this.#seconds, maxRetries: observed };
  }
  /** `requestWithRetries.js` looks at the response, and begins to wait in the same tick. */
  #onResponse(maxRetries) {
    if (this.#exchange.signal.aborted) return 0;
    if (this.#responses < maxRetries) {
      catchTimer((endWait) => {
        this.#endBackOff = endWait;
      });
    }
    this.#responses += 1;
    return maxRetries;
  }
  /** Clears the timer of an attempt that failed: the SDK clears it only when a response has come. */
  clear() {
    clearTimer(this.#seconds);
  }
};

// overlays/fern/resources.ts
var ownerKey = /* @__PURE__ */ Symbol("hangup.owner");
var ownerOf = (resource) => kept(resource, ownerKey);
function resourceSeams(prototype, special) {
  const getters = gettersOf(prototype);
  const probe = Object.create(prototype, { _options: { value: {} } });
  const resources = new Set([...getters.values()].flatMap((get) => prototypesOf(get.call(probe))));
  const patches = [...resources].map(
    (object) => ({ object, name: "a resource", members: resourceMembers2(object, special) })
  );
  const members = { ...ownClientMembers(), ...ownedResources(getters) };
  return {
    adopt(instance) {
      for (const name of getters.keys()) void instance[name];
    },
    patches: [{ object: prototype, name: "the client", members }, ...patches]
  };
}
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
  const found = [];
  for (let at = Object.getPrototypeOf(instance); at !== Object.prototype; at = Object.getPrototypeOf(at))
    found.push(at);
  return found;
}
function ownedResources(getters) {
  const members = {};
  for (const [name, get] of getters) {
    const owned2 = function() {
      const resource = get.call(this);
      keep(resource, ownerKey, this);
      return resource;
    };
    members[name] = { get: owned2 };
  }
  return members;
}
function resourceMembers2(prototype, { connecting, reading }) {
  const members = {};
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(snapshot(prototype)))) {
    if (typeof method.value !== "function" || name === "constructor" || name.startsWith("_")) continue;
    const wrap = reading[name] ?? (name === connecting ? tied : requesting);
    members[name] = { value: wrap(method.value), writable: true };
  }
  return members;
}
function tied(connecting) {
  return function(...args) {
    const ws = connecting.apply(this, args);
    const client2 = ownerOf(this);
    if (client2 !== void 0) setMember(ws, clientKey, { value: client2 });
    return ws;
  };
}
function requesting(method) {
  const last2 = method.length - 1;
  const requested = function(...args) {
    const client2 = ownerOf(this);
    if (client2 === void 0) return method.apply(this, args);
    const given = args[last2];
    const isOwnFetcher = this._options?.fetcher === void 0;
    return request(client2, given, isOwnFetcher, (options) => {
      const passed = Array.from({ length: Math.max(args.length, method.length) }, (_, n) => args[n]);
      passed[last2] = options;
      return method.apply(this, passed);
    });
  };
  return Object.defineProperty(requested, "length", { value: method.length });
}

// overlays/cartesia/families/resource-client/transcription-loop.ts
function transcribing(sdk) {
  return function(...args) {
    const ending = new TranscriptLoop();
    const websocket = (options) => ending.listen(this.websocket(options));
    return ending.wrap(sdk.apply(Object.create(this, { websocket: { value: websocket } }), args));
  };
}
var TranscriptLoop = class {
  /** The transcripts that have arrived and were not taken. */
  #left = [];
  /** The connection has ended: with a cause, or quietly because the user ended it. */
  #end;
  /** Stops the SDK's loop. */
  #stop = () => {
  };
  /** Functions that settle the calls of `next()` which wait. */
  #waiting = /* @__PURE__ */ new Set();
  /** Listens with the SDK's callback for transcripts. */
  listen(ws) {
    const { onMessage } = ws;
    const listen = (callback) => {
      this.#stop = () => {
        callback({ type: "error", requestId: "", message: "the connection ended" });
        ws.disconnect();
      };
      const heard = (result) => {
        this.#left.push(result);
        callback(result);
      };
      return onMessage.call(ws, Object.assign(heard, { [onEnd]: (cause) => this.#onEnd(cause) }));
    };
    setMember(ws, "onMessage", { value: listen });
    return ws;
  }
  #onEnd(cause) {
    if (this.#end !== void 0) return;
    this.#end = { cause };
    if (cause === void 0) this.#left = [];
    this.#stop();
    for (const settle of this.#waiting) settle();
    this.#waiting.clear();
  }
  /** Takes the place of the SDK's loop after the end. */
  async #takeLeft() {
    if (this.#left.length > 0) return { done: false, value: this.#left.shift() };
    const cause = this.#end?.cause;
    this.#end = { cause: void 0 };
    if (cause !== void 0) throw cause;
    return { done: true, value: void 0 };
  }
  wrap(loop) {
    const sdkNext = loop.next.bind(loop);
    const next = () => {
      if (this.#end !== void 0) return this.#takeLeft();
      return new Promise((resolve, reject) => {
        const settle = () => this.#takeLeft().then(resolve, reject);
        this.#waiting.add(settle);
        const take = (result) => {
          if (!this.#waiting.delete(settle)) return;
          this.#left.shift();
          resolve(result);
        };
        const fail = (error) => {
          if (this.#waiting.delete(settle)) reject(error);
        };
        sdkNext().then(take, fail);
      });
    };
    setMember(loop, "next", { value: next });
    return loop;
  }
};

// overlays/cartesia/families/resource-client/family.ts
var resourceClient = {
  sdk: "cartesia",
  name: "resource-client",
  required: ["tts", "apiStatus", "voices", "voiceChanger"],
  connectionsBehind,
  addressesOf: (client2) => addressesIn(client2, "https://api.cartesia.ai"),
  seams: (prototype) => resourceSeams(prototype, { connecting: "websocket", reading: { transcribeChunks: transcribing } })
};

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
function install(Class, family) {
  attach(Class, families, typeof __filename === "string" ? __filename : void 0, family);
}
module.exports = { install };
