/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: ce6dbe1730c64b118377ba8b4edd7ebb1f1a6ee80bb401c7de3df212a5fc5b19 */
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
    const onEnd = () => {
      count -= 1;
      if (count === 0) listener();
    };
    for (const ending of left) ending.onEnd(onEnd);
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
  const known2 = globalThis[key];
  if (known2 !== void 0) return known2;
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
  constructor(endable) {
    this.#endable = endable;
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
  constructor(endable) {
    this.#endable = endable;
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
    const endable = this.#endable;
    this.#state = "closing";
    this.#isCalling = true;
    this.#journal = new Journal(endable);
    this.#limit = Deadline.from(limit, () => this.#onSpent());
    this.#journal.begin(this.#limit);
    try {
      endable.closeDoor?.();
    } catch {
    }
    this.#isCalling = true;
    try {
      this.#steps = steps === void 0 ? endable.steps() : steps();
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
function watchEnd(stream, onEnd) {
  try {
    nodeModule("stream").finished(stream, onEnd);
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
    const none3 = this.areRequestsOver ? void 0 : this.#inFlight.whenNone();
    if (none3 === void 0) return void 0;
    return new Promise((resolve) => {
      const time = limit.within(this.#drain, () => {
        this.#isForced = limit.reason !== void 0;
        this.#abortRequests();
        resolve();
      });
      time.watch();
      this.#requestTime = time;
      void none3.then(() => {
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
function knownState(client) {
  return kept(client, stateKey);
}
function clientState(client) {
  const known2 = knownState(client);
  if (known2 !== void 0) return known2;
  const state2 = new ClientState(() => findMark(client)?.openedBefore?.(client) ?? []);
  if (!isPrototype(client)) keep(client, stateKey, state2);
  return state2;
}
var isPrototype = (object) => Object.hasOwn(object, "constructor") && object.constructor?.prototype === object;

// overlays/foreign/dial.ts
var upgraded = () => shared("upgraded@1", () => /* @__PURE__ */ new WeakMap());
var webSocketOver = (tcp) => upgraded().get(tcp);

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
function handshakeOn({ _httpMessage: request }) {
  if (!request?.protocol || request.getHeader?.("upgrade") !== "websocket") return void 0;
  return `${request.protocol}//${request.getHeader("host")}`;
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
  of(client, isNew) {
    if (isNew === false) return [];
    const sockets = isNew === true ? openSockets(isOwned) : this.#atOverlay;
    if (sockets.length === 0) return [];
    const hosts = new Set(urlsIn(this.#addresses(client)).map((url) => this.#hostOf(url)));
    return sockets.filter(({ url }) => hosts.has(this.#hostOf(url)));
  }
  /** Providers have several hosts in a domain of their name, such as `api.` and `streaming.`: then it is the domain. */
  #hostOf({ host, hostname }) {
    const [domain, name] = /([^.]+)\.[a-z]+$/i.exec(hostname) ?? [];
    return domain !== void 0 && name === this.#sdk ? domain : host;
  }
  #addresses(client) {
    try {
      return this.#addressesOf(client);
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
    const family = families2.find(({ required, prototypeOf, isOwn: isOwn2 }) => {
      if (prototypeOf !== void 0 || !Object.hasOwn(prototype, required[0])) return false;
      return required.every((name) => name in prototype) && isOwn2?.(prototype, target) !== false;
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
function checkKeys(name, value, known2) {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: ${String(value)} is not an options object; known options: ${known2.join(", ")}`);
  }
  const unknown = Object.keys(value).find((key) => !known2.includes(key));
  if (unknown !== void 0) throw new TypeError(`${name}: unknown option "${unknown}"; known: ${known2.join(", ")}`);
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
  const known2 = layersOf(target);
  if (known2 !== void 0) known2.push(layer);
  else keep(target, optionsKey, [layer]);
  return () => {
    const layers = layersOf(target) ?? [];
    const index = layers.indexOf(layer);
    if (index < 0) return;
    layers.splice(index, 1);
    if (layers.length === 0) drop(target, optionsKey);
  };
}
function optionsOfInstance(instance, client) {
  const options = { ...defaults };
  addThoseOfClasses(options, instance);
  if (client !== void 0) {
    addThoseOfClasses(options, client);
    addThoseOf(options, client);
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
  const note = (client, isNew) => {
    const found = early2?.of(client, isNew) ?? [];
    if (found.length > 0) clientState(client).hasOpened(found);
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
    openedBefore(client) {
      if (early2 === void 0) return [];
      let isNew = true;
      try {
        isNew = adopt?.(client);
      } catch {
      }
      return early2.of(client, isNew);
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

// overlays/agents-realtime/families/link.ts
var linkKey = /* @__PURE__ */ Symbol.for("hangup.agents-realtime.link@1");
function linkOf(transport2) {
  return transport2[linkKey];
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
    const known2 = this.#known(ws);
    const connection = known2 ?? this.#make(ws);
    if (known2 === void 0) this.#track(ws, connection);
    return { connection, isNew: known2 === void 0 };
  }
  #known(ws) {
    return kept(ws, this.#key);
  }
  #make(ws) {
    return this.#family.make(ws, new EventsOf(ws, this));
  }
  #track(ws, connection) {
    keep(ws, this.#key, connection);
    const client = this.#clientOf(ws);
    client?.add(connection);
    if (client === void 0 && this.#family.standsAlone && isHandedIn(ws)) noteOwned(connection);
  }
  #clientOf(ws) {
    const client = this.#family.clientOf(ws);
    return client && clientState(client);
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

// overlays/agents-realtime/families/session/open-sessions.ts
var openSessions = new OpenObjects();

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
    const known2 = kept(socket, observersKey);
    if (known2 !== void 0) return known2;
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
function added(known2, type, listener) {
  const chains = known2 ?? { error: void 0, close: void 0, pong: void 0 };
  chains[type] = chain(chains[type], listener);
  return chains;
}
function chain(before, last) {
  if (before === void 0) return last;
  return (...args) => {
    before(...args);
    last(...args);
  };
}
function onOpen(socket, listener) {
  if (isWsSocket(socket)) Observers.of(socket).addHandshake((hasOpened) => hasOpened && listener());
  else socket.addEventListener("open", listener);
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
function destroyNative(socket) {
  dials().get(socket)?.destroy();
}
function isLost(socket) {
  return lost().has(socket);
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
function discard(socket) {
  if (socket.readyState === CLOSED) return;
  onError(socket, () => {
  });
  forceClose(socket);
}

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
var none2 = [];
var Streams = class {
  #onNoneOpen;
  /** Names of the loops that have not ended yet. */
  get unsettled() {
    return none2;
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
  #streams = none2;
  #unfinished = none2;
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
    this.#streams = none2;
  }
  drop() {
    const { open: open2 } = this;
    this.#unfinished = open2.length === 0 ? none2 : open2.map(({ name }) => name);
    for (const stream of open2) {
      this.#remove(stream);
      stream.drop();
    }
  }
  forget() {
    this.#unfinished = none2;
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
  #sockets = none2;
  /** The socket whose streams were cut last: a socket that another one has replaced cuts nothing. */
  #cut;
  /** Names of the streams that the provider had not finished when the connection was forced. */
  #abandoned = none2;
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
    this.#abandoned = none2;
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
  const known2 = typeof code === "string" ? code : "ERR_CONNECT";
  return new HangupError(known2, message, cause && { cause });
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

// overlays/realtime/responses.ts
var ActiveResponse = class {
  contextId;
  /** It is of the default conversation, which has one response at a time. */
  isExclusive;
  /** Settles when it is over, with the status that the provider gives it. `undefined`: the connection was lost. */
  over;
  isOpen = true;
  /** It was asked to stop. */
  isCancelled = false;
  #end = () => {
  };
  constructor(id, isExclusive2) {
    this.contextId = id;
    this.isExclusive = isExclusive2;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }
  get name() {
    return `response ${this.contextId}`;
  }
  end(status) {
    this.isOpen = false;
    this.#end(status);
  }
  cut() {
    this.end();
  }
  /** Its events go on arriving until the socket is closed, as they do after the SDK's own `close()`. */
  drop() {
  }
};
var Responses = class extends StreamSet {
  #onForget;
  constructor(onForget) {
    super();
    this.#onForget = onForget;
  }
  get unfinished() {
    return this.open.map(({ name }) => name);
  }
  find(id) {
    return this.open.find(({ contextId }) => contextId === id);
  }
  /** The door is closed: they are cancelled in a step of its own. */
  drop() {
  }
  /** The provider will end nothing any more. */
  forget() {
    this.#onForget();
  }
};

// overlays/realtime/voice-locked.ts
var VoiceLockedError = class _VoiceLockedError extends HangupError {
  static {
    tellByCode(_VoiceLockedError, "VoiceLockedError", /^ERR_VOICE_LOCKED$/);
  }
  name = "VoiceLockedError";
  constructor() {
    super("ERR_VOICE_LOCKED", "setVoice(): the assistant has spoken, and the provider keeps the voice from then on");
  }
};

// overlays/realtime/session.ts
var metadataKey = "hangup_request";
var busyCode = "conversation_already_has_active_response";
var lockedCode = "cannot_update_voice";
var Session = class {
  responses = new Responses(() => this.reset((call) => new DisconnectedError(call)));
  #link;
  /** The responses that were asked for, and have not begun. */
  #requested = none2;
  #voiceChange;
  /** The event ids of requests that were given up without an answer: a response that begins all the same is cancelled. */
  #late;
  /** The event ids of requests to cancel: the provider's errors about them reach nobody. */
  #cancels;
  /** Audio of the assistant was heard. */
  hasSpoken = false;
  /** The protocol before GA names the voice otherwise. */
  isBeta = false;
  /** Counts the responses that have ended, the unknown ones too. */
  #ended = 0;
  #waiting = none2;
  constructor(link) {
    this.#link = link;
  }
  get active() {
    return new Set(this.responses.open.map(({ contextId }) => contextId));
  }
  // -- what passes by --
  /** The app has sent an event by itself. */
  onSent({ type, event_id: eventId, response }) {
    if (type === "response.create") this.#request({ eventId, isExclusive: isExclusive(response) });
  }
  /** @returns false when the event is the answer to a request of hangup's, which tells the caller */
  onEvent(event) {
    if (event.delta === void 0) return this.#onTurn(event);
    this.hasSpoken ||= isAudio(event.type);
    return true;
  }
  /** An event that is no piece of an answer. */
  #onTurn(event) {
    switch (event.type) {
      case "response.created":
        this.#onCreated(event.response);
        break;
      case "response.done":
        this.#ended += 1;
        this.responses.find(event.response?.id)?.end(event.response?.status);
        this.wake();
        break;
      case "session.created":
      case "session.updated":
        this.#onSession(event.session);
        break;
      case "error":
        return !this.#onRefusal(event.error ?? {});
    }
    return true;
  }
  #onCreated(made) {
    if (typeof made?.id !== "string") return;
    const response = new ActiveResponse(made.id, made.conversation_id !== null);
    this.responses.add(response);
    const isOurs = ({ eventId }) => made.metadata === void 0 || made.metadata?.[metadataKey] === (isOwn(eventId) ? eventId : void 0);
    const asked = this.#requested.find((one) => one.isExclusive === response.isExclusive && isOurs(one));
    if (asked !== void 0) {
      this.#drop(asked);
      asked.response = response;
      if (asked.isUnwanted) void this.#cancel(response);
    } else if (this.#late?.delete(made.metadata?.[metadataKey])) void this.#cancel(response);
    this.wake();
  }
  #onSession(session2) {
    if (typeof session2 !== "object" || session2 === null) return;
    this.isBeta = session2.audio === void 0 && session2.voice !== void 0;
    const { output } = session2.audio ?? {};
    const voice = idOf(output?.voice ?? session2.voice);
    if (this.#voiceChange?.voice === voice) this.#voiceChange = void 0;
    this.wake();
  }
  /** @returns whether it is about a request of hangup's */
  #onRefusal({ event_id: eventId, code, message }) {
    this.#cancels?.get(eventId)?.end();
    this.#late?.delete(eventId);
    const voice = this.#voiceChange?.eventId === eventId ? this.#voiceChange : void 0;
    const asked = voice ?? this.#requested.find((one) => (one.eventId ?? null) === (eventId ?? null));
    if (asked === void 0) return isOwn(eventId);
    asked.refusal = voice !== void 0 && code === lockedCode ? new VoiceLockedError() : new HangupError(typeof code === "string" ? code : "ERR_PROVIDER", this.#link.scrub(String(message)));
    this.#voiceChange = voice === void 0 ? this.#voiceChange : void 0;
    this.#drop(asked);
    this.wake();
    return isOwn(eventId);
  }
  #request(asked) {
    this.#requested = this.#requested.concat(asked);
  }
  #drop(asked) {
    this.#requested = this.#requested.filter((one) => one !== asked);
  }
  /** The connection is lost, or another one is open: the provider answers nothing that was asked before. */
  reset(makeCause) {
    for (const asked of this.#requested) asked.refusal = makeCause("createResponse()");
    if (this.#voiceChange !== void 0) this.#voiceChange.refusal = makeCause("setVoice()");
    this.#requested = none2;
    this.#voiceChange = void 0;
    this.#late = void 0;
    this.hasSpoken = false;
    for (const response of this.responses.open) response.end();
    this.wake();
  }
  /** Something has changed for those who wait. */
  wake() {
    const waiting = this.#waiting;
    this.#waiting = none2;
    for (const wake of waiting) wake();
  }
  /** Waits until something has changed. @throws the signal's reason */
  async #change(signal) {
    signal?.throwIfAborted();
    let off = () => {
    };
    await new Promise((resolve) => {
      this.#waiting = this.#waiting.concat(resolve);
      if (signal !== void 0) off = onAbort(signal, resolve);
    });
    off();
    signal?.throwIfAborted();
  }
  /** Nothing is requested or active. */
  get isFree() {
    return this.#requested.length === 0 && this.responses.open.length === 0;
  }
  /** @returns a promise of the time when nothing is requested or active; `undefined` when nothing is */
  whenFree() {
    if (this.isFree) return void 0;
    return (async () => {
      while (!this.isFree) await this.#change();
    })();
  }
  // -- what the app asks for --
  /** Acts as soon as the condition holds, before anybody else can. */
  async #when(condition, act, call, signal) {
    for (; ; ) {
      signal?.throwIfAborted();
      this.#link.check(call);
      if (condition()) return act();
      await this.#change(signal);
    }
  }
  get #isBusy() {
    return [...this.#requested, ...this.responses.open].some((one) => one.isExclusive);
  }
  /** Asks for a response when the conversation is free. */
  async create(response, signal) {
    const exclusive = isExclusive(response);
    let least = 0;
    for (; ; ) {
      const isFree = () => this.#link.isOpen() && !(exclusive && this.#isBusy) && this.#ended >= least;
      const asked = await this.#when(isFree, () => this.#ask(response, exclusive), "createResponse()", signal);
      try {
        while (!isAnswered(asked)) await this.#change(signal);
      } catch (error) {
        if (asked.response !== void 0) void this.#cancel(asked.response);
        else this.#giveUp(asked, error);
        throw error;
      }
      if (asked.response !== void 0) return asked.response.contextId;
      if (asked.refusal.code !== busyCode) throw asked.refusal;
      least = this.#isBusy ? 0 : this.#ended + 1;
    }
  }
  /** Nobody waits for this request any longer: neither for the conversation to be free, nor to cancel it. */
  #giveUp(asked, refusal) {
    if (asked.refusal !== void 0) return;
    asked.refusal = refusal;
    this.#late ??= /* @__PURE__ */ new Set();
    this.#late.add(asked.eventId);
    this.#drop(asked);
    this.wake();
  }
  #ask(response, exclusive) {
    const asked = { eventId: newId(), isExclusive: exclusive };
    const { metadata } = response ?? {};
    const marked = { ...response, metadata: { ...metadata, [metadataKey]: asked.eventId } };
    this.#request(asked);
    this.#link.post({ type: "response.create", event_id: asked.eventId, response: marked });
    return asked;
  }
  /** Cancels a response; without an id, that of the default conversation. Never rejects. */
  async cancel(id) {
    const active = this.responses.open;
    const response = id === void 0 ? active.find((one) => one.isExclusive) : this.responses.find(id);
    const asked = id === void 0 ? this.#requested.find((one) => one.isExclusive) : void 0;
    if (response === void 0 && asked === void 0) return "idle";
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, caps.cancel, "timeout");
    });
    const cancelled = response === void 0 ? this.#cancelAsked(asked) : this.#cancel(response);
    return Promise.race([cancelled, late]).finally(() => clearTimeout(timer));
  }
  /** Cancels everything that is requested or active. @returns `undefined` when nothing is */
  cancelAll() {
    const cancels = [
      ...this.responses.open.map((response) => this.#cancel(response)),
      ...this.#requested.map((asked) => this.#cancelAsked(asked))
    ];
    return cancels.length === 0 ? void 0 : Promise.all(cancels);
  }
  async #cancelAsked(asked) {
    asked.isUnwanted = true;
    while (!isAnswered(asked)) await this.#change();
    return asked.response === void 0 ? "ended" : this.#cancel(asked.response);
  }
  async #cancel(response) {
    if (!response.isCancelled && this.#link.isOpen()) {
      response.isCancelled = true;
      const eventId = newId();
      this.#cancels ??= /* @__PURE__ */ new Map();
      this.#cancels.set(eventId, response);
      void response.over.then(() => this.#cancels?.delete(eventId));
      this.#link.post({ type: "response.cancel", event_id: eventId, response_id: response.contextId });
    }
    const status = await response.over;
    return status === "cancelled" ? status : "ended";
  }
  /** Changes the voice, and nothing else: the provider refuses the whole of an update that it refuses a part of. */
  async setVoice(voice, signal) {
    const isFree = () => this.#link.isOpen() && this.#voiceChange === void 0;
    const change = await this.#when(isFree, () => this.#askForVoice(voice), "setVoice()", signal);
    try {
      while (this.#voiceChange === change) await this.#change(signal);
    } catch (error) {
      if (this.#voiceChange === change) this.#voiceChange = void 0;
      this.wake();
      throw error;
    }
    if (change.refusal !== void 0) throw change.refusal;
  }
  #askForVoice(voice) {
    if (this.hasSpoken) throw new VoiceLockedError();
    const change = { eventId: newId(), voice: idOf(voice) };
    this.#voiceChange = change;
    const session2 = this.isBeta ? { voice } : { type: "realtime", audio: { output: { voice } } };
    this.#link.post({ type: "session.update", event_id: change.eventId, session: session2 });
    return change;
  }
};
var isAudio = (type) => type === "response.output_audio.delta" || type === "response.audio.delta";
var newId = () => `hangup_${uuid()}`;
var isOwn = (eventId) => typeof eventId === "string" && eventId.startsWith("hangup_");
var isAnswered = ({ response, refusal }) => response !== void 0 || refusal !== void 0;
var idOf = (voice) => voice?.id ?? voice;
function isExclusive(response) {
  return response?.conversation !== "none";
}

// overlays/agents-realtime/families/transport/events.ts
function errorOfSocket(error) {
  const { type, target, error: inside } = error ?? {};
  return type === "error" && target !== void 0 ? inside ?? error : void 0;
}
var isAnswerToUs = ({ error }) => String(error?.error?.event_id).startsWith("hangup_");
var isCreate = (data) => typeof data === "string" && data.slice(0, 200).includes('"type":"response.create"');
function textOf2({ error }) {
  const reported = error?.error?.message;
  if (reported !== void 0) return `the provider reports: ${reported}`;
  const { message } = error ?? {};
  return message === void 0 ? "unknown error" : String(message);
}

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

// overlays/agents-realtime/families/transport/opening.ts
var Opening = class {
  #owner;
  #attempts = new Attempts();
  #newest;
  /** Calls that have not settled: one may have been given up, and dial later. */
  #calls = /* @__PURE__ */ new Set();
  /** The number of those that are calls of the session. */
  #ofSession = 0;
  constructor(owner) {
    this.#owner = owner;
  }
  /** An attempt has begun to dial. One that still waits for the end of a failed one has no part in the socket of that. */
  get isUnderWay() {
    return this.#attempts.current !== void 0 && !this.isFailed;
  }
  /** The newest attempt has failed: nobody waits for a connection any more. */
  get isFailed() {
    return this.#newest?.isFailed === true;
  }
  /** @param open the SDK's `connect()` of the transport */
  async connect(open2) {
    return this.#ofSession > 0 ? open2() : this.#begin(open2);
  }
  /** @param open the SDK's `connect()` of the session: it gets its agent ready, and then calls that of the transport */
  connectSession(open2) {
    return this.#begin(async () => {
      this.#ofSession++;
      try {
        return await open2();
      } finally {
        this.#ofSession--;
      }
    });
  }
  #begin(open2) {
    const { current } = this.#attempts;
    const { ended, hasSocket, limit } = this.#owner;
    if (ended) {
      if (current !== void 0) return current;
    } else if (current !== void 0 || hasSocket && !this.isFailed) {
      const call = this.#call(open2);
      return current === void 0 ? call : Promise.race([call, current.then(() => call)]);
    }
    return this.#attempts.start((attempt) => this.#dial(attempt, open2), {
      limit,
      onFailure: () => {
        if (!this.#owner.ended) this.#owner.onFailure();
      }
    });
  }
  async #dial(attempt, open2) {
    const owner = this.#owner;
    if (owner.ended) await this.#attempts.lastEnd;
    if (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    if (owner.hasSocket) await owner.gone;
    attempt.admit();
    owner.onBegin();
    this.#newest = attempt;
    return this.#outcome(this.#call(open2));
  }
  /** The SDK gives up a call of a session for a newer one, and resolves it: the attempt goes on with the newer one. */
  async #outcome(call) {
    await Promise.allSettled([call]);
    const newer = [...this.#calls].at(-1);
    return this.#owner.isOpen || newer === void 0 ? call : this.#outcome(newer);
  }
  #call(open2) {
    const call = this.#told(open2).finally(() => this.#calls.delete(call));
    this.#calls.add(call);
    return call;
  }
  async #told(open2) {
    try {
      return await open2();
    } catch (error) {
      throw this.#owner.ended ? new DisconnectedError("connect()") : this.#owner.failureOf(error);
    }
  }
  /** Fails the attempt under way, if there is one. */
  fail(error) {
    this.#attempts.fail(error);
  }
  /** The connection is being ended. */
  end(over) {
    this.#attempts.end(over);
  }
};

// overlays/agents-realtime/families/transport/connection.ts
var unreadable = "the provider sent a message that the SDK cannot read";
var TransportConnection = class extends Connection {
  name = "socket realtime";
  faults;
  session;
  /** The API key, which is in no error. */
  key;
  /** The number of messages that the SDK could read. */
  received = 0;
  /** The error that a listener has thrown. */
  thrown;
  /** The error that the transport tells its listeners now. */
  told;
  #ws;
  #setup;
  #opening;
  /** The newest socket. The SDK forgets it before it has closed. */
  #socket;
  /** Settles when the socket that was given up last has closed. */
  #gone;
  /** Sends past the watch. */
  #post = () => {
  };
  /** The failure of the handshake, of which `connect()` tells. */
  #failure;
  /** Says how the last socket was lost, until there is another. */
  #loss;
  constructor(ws, events, setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [this.key]);
    const connection = this;
    this.#opening = new Opening({
      get ended() {
        return connection.ended;
      },
      get isOpen() {
        return connection.#isOpen;
      },
      get hasSocket() {
        return ws.connectionState.websocket !== void 0;
      },
      get gone() {
        return connection.#gone;
      },
      get limit() {
        return setup.settings().connectTimeout;
      },
      onBegin: () => this.#begin(),
      onFailure: () => this.#giveUp(),
      failureOf: (error) => this.#failureOf(error)
    });
    this.session = new Session({
      isOpen: () => this.#isOpen,
      post: (event) => this.#post(event),
      check: (call) => this.admit(call),
      scrub: (text) => this.faults.scrub(text)
    });
  }
  get streams() {
    return this.session.responses;
  }
  get options() {
    return this.#setup.settings();
  }
  get socket() {
    return this.#socket;
  }
  get #isOpen() {
    return this.#socket?.readyState === OPEN;
  }
  // -- connecting --
  /** @param open the SDK's `connect()` of the transport */
  connect(open2) {
    return this.#opening.connect(open2);
  }
  connectSession(open2) {
    return this.#opening.connectSession(open2);
  }
  #begin() {
    if (this.ended) this.reopen();
    this.#failure = void 0;
    this.faults.lastError = void 0;
  }
  #failureOf(error) {
    return errorOfSocket(error) === void 0 ? error : this.#failure ?? this.faults.connectFailure(error);
  }
  /** Runs right before the SDK opens a socket. @throws {DisconnectedError} when nobody waits for it any more */
  admitDial() {
    if (this.ended || this.#opening.isFailed) throw new DisconnectedError("connect()");
  }
  #giveUp() {
    const socket = this.#socket;
    if (socket !== void 0 && socket.readyState !== CLOSED) {
      this.#gone = new Promise((resolve) => onClose(socket, "last", () => resolve()));
    }
    this.#closeQuietly();
    if (socket !== void 0) forceClose(socket);
  }
  /** The SDK takes itself for disconnected then, and may connect again. */
  #closeQuietly() {
    try {
      this.#setup.sdk.close.call(this.#ws);
    } catch (error) {
      this.#tell(error);
    }
  }
  // -- sockets --
  adopt(options) {
    refuseProxy(this.#ws, () => this.#ws.connectionState);
    const { websocket } = this.#ws.connectionState;
    if (websocket !== void 0 && websocket.readyState !== CLOSED) this.#attach(websocket, options);
  }
  /** Takes over the socket that the SDK has just opened, or that its user has made. */
  take(options) {
    const { websocket } = this.#ws.connectionState;
    if (websocket === void 0 || websocket === this.#socket) return;
    if (this.ended || this.#opening.isFailed) {
      discard(websocket);
      return;
    }
    try {
      this.#attach(websocket, options);
    } catch (error) {
      this.#opening.fail(error);
      discard(websocket);
    }
  }
  #attach(socket, options) {
    this.attachSocket(socket, options);
    this.faults.isConnecting = socket.readyState === CONNECTING;
    this.#socket = socket;
    this.#loss = void 0;
    const { send } = socket;
    this.#post = (event) => send.call(socket, JSON.stringify(event));
    const watched2 = (data, ...rest) => {
      if (this.isDeaf) return;
      if (isCreate(data)) this.session.onSent(JSON.parse(data));
      send.call(socket, data, ...rest);
    };
    setMember(socket, "send", { value: watched2, writable: true });
  }
  // -- sending --
  /** @throws {DisconnectedError} once the door is closed; {StreamEndedError} after a drop */
  admitSend(call) {
    this.admit(call);
    if (this.#loss !== void 0) throw this.#loss;
  }
  /** @returns false after a drop: the SDK drops the audio of a microphone that is still on, too */
  admitAudio() {
    this.admit("sendAudio()");
    return this.#loss === void 0;
  }
  /** Takes something back: when the connection ends, there is nothing left to take back. */
  quietly(act) {
    try {
      act();
    } catch (error) {
      if (!this.#isOwnEnd(error)) throw error;
    }
  }
  // -- receiving --
  /** @returns false for an answer to a request of hangup's. An event that hangup cannot read is for the app. */
  isForApp(event) {
    this.received++;
    try {
      return this.session.onEvent(event ?? {});
    } catch {
      return true;
    }
  }
  /** The SDK has dropped a message. */
  onDropped() {
    this.faults.unreadable(unreadable);
  }
  onUnreadable(_frame, error) {
    const isThrown = error === this.thrown;
    this.thrown = void 0;
    if (this.#isOwnEnd(error)) return true;
    if (isThrown) return false;
    this.onDropped();
    this.#tell(new HangupError("ERR_PROVIDER", unreadable, { cause: this.faults.clean(error) }));
    return true;
  }
  // -- faults --
  /** The SDK reports an error of the socket, or of its own. */
  onError(error) {
    const ofSocket = errorOfSocket(error);
    if (ofSocket === void 0) this.#tell(error);
    else if (this.#opening.isUnderWay && !this.ended) {
      this.#failure = this.faults.connectFailure(ofSocket);
      this.#tell(this.#failure);
    } else if (!this.faults.isConnecting) this.faults.lastError ??= this.faults.clean(ofSocket);
  }
  #tell(error) {
    this.#setup.sdk._onError.call(this.#ws, error);
  }
  isSilent(payload) {
    return isAnswerToUs(payload) || this.#isOwnEnd(payload.error);
  }
  /** A call came too late, that the SDK has made by itself. */
  #isOwnEnd(error) {
    return this.ended && error instanceof DisconnectedError;
  }
  isUnheard(error, payload) {
    const { code, context } = error ?? {};
    if (code !== "ERR_UNHANDLED_ERROR" || context !== payload || payload !== this.told) return false;
    if (!this.isDeaf && payload.error !== this.#failure) this.faults.warn(textOf2(payload));
    return true;
  }
  // -- the end --
  end(limit, drain) {
    const ladder = super.end(limit, drain);
    this.#opening.end(ladder.ended);
    return ladder;
  }
  /** The SDK's own `close()`. */
  closeSdk() {
    const ended = this.close(() => this.#setup.sdk.close.call(this.#ws));
    this.#opening.end(ended);
    return ended;
  }
  sendClose() {
    this.#setup.sdk.close.call(this.#ws);
  }
  politeSteps() {
    const ask = () => this.#isOpen ? this.session.cancelAll() : void 0;
    return [{ name: "cancel", cap: caps.cancel, ask }];
  }
  finishStreams() {
    return this.#isOpen && !this.session.isFree ? this.#whenFree() : void 0;
  }
  async #whenFree() {
    while (!this.session.isFree) {
      await this.session.whenFree();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  isLoss() {
    return !this.session.isFree;
  }
  cutStreams(end) {
    if (this.#opening.isUnderWay) {
      this.#opening.fail(this.#failure ?? this.faults.lossError(end));
      return;
    }
    if (this.faults.isConnecting) return;
    const [only, ...others] = this.streams.open;
    const contextId = others.length === 0 ? only?.contextId : void 0;
    const phase = this.session.hasSpoken ? "between-chunks" : "first-chunk";
    const loss = this.isLoss() ? this.faults.streamEnded({ contextId, phase }, end) : this.faults.lossError(end, { phase });
    this.#loss = loss;
    this.session.reset(() => loss);
    if (this.#ws.connectionState.websocket === this.#socket) this.#closeQuietly();
    this.#tell(loss);
  }
  releaseStreams() {
    this.session.reset((call) => new DisconnectedError(call));
    if (this.#ws.connectionState.websocket !== void 0) this.#closeQuietly();
  }
};

// overlays/foreign/last-moment.ts
function beforeLook(object, name, check) {
  if (typeof object !== "object" || object === null) return object;
  return new Proxy(object, {
    get(target, key) {
      if (key === name) check();
      return Reflect.get(target, key);
    }
  });
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

// overlays/agents-realtime/families/transport/members.ts
function transportMembers(sdk, registry) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    connect(options) {
      const connect = async () => {
        const { connection } = registry.opening(this, "connect()");
        const admitted = beforeLook(options, "url", () => connection.admitDial());
        return connection.connect(() => sdk.connect.call(this, admitted));
      };
      return handled(connect());
    },
    close() {
      return of(this).closeSdk();
    },
    sendEvent(event) {
      of(this).admitSend("sendEvent()");
      sdk.sendEvent.call(this, event);
    },
    sendAudio(...args) {
      if (of(this).admitAudio()) sdk.sendAudio.apply(this, args);
    },
    interrupt(...args) {
      of(this).quietly(() => sdk.interrupt.apply(this, args));
    },
    emit(type, ...args) {
      const connection = of(this);
      if (type === "connection_change" && args[0] === "connecting") connection.take(registry.optionsOf(this));
      if (type === "*" && !connection.isForApp(args[0])) return false;
      if (type === "error") {
        connection.told = args[0];
        if (connection.isSilent(connection.told)) return false;
      }
      try {
        return sdk.emit.call(this, type, ...args);
      } catch (error) {
        if (type === "error" && connection.isUnheard(error, args[0])) return false;
        connection.thrown = error;
        throw error;
      }
    },
    async _getApiKey(options) {
      const key = await sdk._getApiKey.call(this, options);
      of(this).key = key;
      return key;
    },
    // The SDK tells of each message that it can read, and drops the others.
    _onMessage(event) {
      const connection = of(this);
      const { received } = connection;
      sdk._onMessage.call(this, event);
      if (connection.received === received) connection.onDropped();
    },
    _onError(error) {
      of(this).onError(error);
    }
  };
  if (sdk.requestResponse !== void 0) {
    members.requestResponse = function(response) {
      of(this).admitSend("requestResponse()");
      sdk.requestResponse.call(this, response);
    };
  }
  return {
    ...disconnectableMembers({
      levelOf: of,
      optionsOf: (ws) => registry.optionsOf(ws),
      isInstance: (ws) => Object.hasOwn(ws, "eventEmitter")
    }),
    ...Object.getOwnPropertyDescriptors(members),
    [linkKey]: {
      get() {
        return of(this);
      }
    }
  };
}

// overlays/agents-realtime/families/transport/family.ts
var sessionOf = (ws) => ws[clientKey];
var transport = {
  sdk: "agents-realtime",
  name: "transport",
  // That of WebRTC has no `_interrupt`.
  required: [
    "_interrupt",
    "connectionState",
    "connect",
    "close",
    "sendEvent",
    "_getApiKey",
    "_onMessage",
    "_onError",
    "emit"
  ],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make(ws, events) {
        const told = {
          onBusy() {
            events.onBusy();
            const session2 = sessionOf(ws);
            if (session2 !== void 0) openSessions.opened(session2);
          },
          onIdle() {
            events.onIdle();
            const session2 = sessionOf(ws);
            if (session2 !== void 0) openSessions.closed(session2, () => connection.ended);
          },
          onReopen: () => events.onReopen()
        };
        const connection = new TransportConnection(ws, told, { sdk, settings: () => registry.optionsOf(ws) });
        return connection;
      },
      // Its options count for the transport.
      clientOf: sessionOf
    });
    return {
      registry,
      patches: [{ object: prototype, name: "OpenAIRealtimeWebSocket", members: transportMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === void 0) return;
        throw webSocketRefused("the transport loads ws by itself", "Use the option createWebSocket of the SDK");
      }
    };
  }
};

// overlays/agents-realtime/families/session/members.ts
function sessionMembers(sdk) {
  const members = {
    connect(options) {
      const open2 = () => sdk.connect.call(this, options);
      tie(this);
      const link = linkOf(this.transport);
      return link === void 0 ? open2() : handled(link.connectSession(open2));
    },
    close() {
      sdk.close.call(this);
      return linkOf(this.transport)?.closeSdk();
    },
    // The SDK hands on the errors of the transport, and reports those of its own calls.
    emit(type, ...args) {
      const link = type === "error" ? linkOf(this.transport) : void 0;
      if (link === void 0) return sdk.emit.call(this, type, ...args);
      const [payload] = args;
      if (link.isSilent(payload)) return false;
      try {
        return sdk.emit.call(this, type, ...args);
      } catch (error) {
        if (link.isUnheard(error, payload)) return false;
        throw error;
      }
    }
  };
  return {
    ...disconnectableMembers({
      levelOf: linkTo,
      optionsOf: (session2) => linkTo(session2).options,
      isInstance: (session2) => Object.hasOwn(session2, "initialAgent") && linkOf(session2.transport) !== void 0
    }),
    ...Object.getOwnPropertyDescriptors(members)
  };
}
function tie(session2) {
  const { transport: transport2 } = session2;
  if (!(clientKey in transport2)) setMember(transport2, clientKey, { value: session2 });
  linkOf(transport2);
}
function linkTo({ transport: transport2 }) {
  const link = linkOf(transport2);
  if (link !== void 0) return link;
  throw wrongTarget(transport2, "it is not OpenAIRealtimeWebSocket, nor extends that", "Call close() of the session");
}

// overlays/agents-realtime/families/session/family.ts
var session = {
  sdk: "agents-realtime",
  name: "session",
  required: ["updateAgent", "transport", "connect", "close", "sendMessage", "interrupt", "emit"],
  connectionsBehind(session2) {
    const { transport: own } = session2;
    const isExtended = !Object.hasOwn(Object.getPrototypeOf(own), transport.required[0]);
    if (isExtended && linkOf(own) !== void 0) return [];
    if (transport.required.every((name) => name in own)) return [own];
    throw wrongTarget(session2, "its transport is not OpenAIRealtimeWebSocket", 'Use the transport "websocket"');
  },
  seams: (prototype) => ({
    registry: {
      activate() {
      },
      retire(className, members, onUnused) {
        openSessions.keepSeams(className, members, (open2) => Object.prototype.isPrototypeOf.call(prototype, open2));
        onUnused();
      },
      connectionOf() {
      }
    },
    patches: [{ object: prototype, name: "RealtimeSession", members: sessionMembers(snapshot(prototype)) }],
    adopt(session2) {
      tie(session2);
    }
  })
};

// overlays/agents-realtime/families/index.ts
var families = [transport, session];

// overlays/agents-realtime/runtime.ts
function install(Class, family) {
  attach(Class, families, typeof __filename === "string" ? __filename : void 0, family);
}
module.exports = { install };
