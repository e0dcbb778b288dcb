/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: 014542a3f44a5ae59f2edd2dcf9e90b102e98be015d031b7dcd6556b784f18d0 */
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
  constructor(code, message, options2) {
    super(message, options2);
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
    const silence2 = `no message (${phase})${context} for ${timeout} ms`;
    super("ERR_RECEIVE_TIMEOUT", what === void 0 ? silence2 : `${what} within ${timeout} ms`);
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
  constructor(code, what, why, next, options2) {
    super(code, `${what}: ${why}. ${next}`, options2);
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
  const known2 = knownState(client2);
  if (known2 !== void 0) return known2;
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
function readBudget(input, defaultTimeout2, call = "disconnect()") {
  if (input instanceof Deadline) return input;
  if (!isOptions(input)) return { force: input === true, timeout: defaultTimeout2 };
  if (!isLimit(input)) checkKeys(call, input, budgetKeys);
  const { force, timeout, drain, signal } = input;
  if (force !== void 0 && typeof force !== "boolean") throw new TypeError(`${call}: force must be true or false`);
  checkSignal(call, signal);
  const drained = drain === void 0 ? 0 : checkMs(`${call}: drain`, drain);
  return {
    force: force === true,
    timeout: timeout === void 0 ? Math.min(defaultTimeout2 + drained, maxDelay) : checkMs(`${call}: timeout`, timeout),
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
function coverWith(target, options2, use) {
  const reset = setOptions(
    typeof target === "function" ? target.prototype : target,
    options2
  );
  try {
    use();
    return reset;
  } catch (error) {
    reset();
    throw error;
  }
}
function setOptions(target, options2) {
  const layer = Object.fromEntries(Object.entries(options2).filter(([, value]) => value !== void 0));
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
function optionsOfInstance(instance, client2) {
  const options2 = { ...defaults };
  addThoseOfClasses(options2, instance);
  if (client2 !== void 0) {
    addThoseOfClasses(options2, client2);
    addThoseOf(options2, client2);
  }
  addThoseOf(options2, instance);
  return options2;
}
function addThoseOfClasses(options2, instance) {
  const prototype = Object.getPrototypeOf(instance);
  if (prototype === null) return;
  addThoseOfClasses(options2, prototype);
  addThoseOf(options2, prototype);
}
function addThoseOf(options2, target) {
  const layers = layersOf(target);
  if (layers !== void 0) Object.assign(options2, ...layers);
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
function wrongTarget(target, why, next = "Use a version of the SDK that the README lists", options2) {
  if (isPromise(target)) {
    return new PatchError(
      "ERR_PATCH_TARGET",
      "overlay() cannot patch a promise",
      "its result is the target",
      "Await it first"
    );
  }
  return new PatchError("ERR_PATCH_TARGET", `overlay() cannot patch ${nameOf(target)}`, why, next, options2);
}
function nameOf(target) {
  if (typeof target === "function") return target.name === "" ? "a function without a name" : `class ${target.name}`;
  return typeof target === "object" && target !== null ? "this object" : String(target);
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
    cover(target, options2) {
      check?.(options2);
      const isInstance = isOfClass(target);
      if (isInstance) note(target, adopt?.(target));
      return coverWith(target, options2, () => isInstance && registry?.connectionOf(target));
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

// overlays/fern/addresses.ts
function addressesIn(client2, production) {
  const { baseUrl, environment } = client2._options ?? {};
  const urls = typeof environment === "object" && environment !== null ? Object.values(environment) : [environment];
  return [baseUrl ?? production, ...urls];
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

// overlays/fern/requests.ts
var fetcherDefaults = { timeout: 6e4, retries: 2 };
function request(client2, given, isOwnFetcher, send, defaults2 = fetcherDefaults) {
  return untilDisconnected(client2, () => {
    const exchange = new Exchange();
    const options2 = { ...given, abortSignal: either(exchange, given?.abortSignal) };
    if (!isOwnFetcher) return exchange.run(client2, () => send(options2), streamsOf);
    const attempts = new Attempts(exchange, options2, defaults2);
    return exchange.run(client2, () => send(attempts.options), streamsOf).catch((error) => {
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
function streamsOf(result) {
  const read = dataOf(result);
  if (typeof read !== "object" || read === null) return [];
  if (isBinary(read)) {
    const body = read.stream();
    return body === null ? [read] : [read, body];
  }
  if (!(Symbol.asyncIterator in read)) return [];
  const streams = [read];
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
var Attempts = class {
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

// overlays/fern/nested-resources.ts
function tiePart(client2, part, options2) {
  if (typeof part !== "object" || part === null || clientKey in part) return part;
  setMember(part, clientKey, { value: client2 });
  for (const [name, { get, value }] of Object.entries(inheritedBy(part))) {
    if (get !== void 0) setMember(part, name, { get: () => tiePart(client2, get.call(part), options2) });
    else if (name.startsWith("__") && typeof value === "function")
      setMember(part, name, { value: requesting(client2, part, value, options2), writable: true });
  }
  options2.onPart?.(part, client2);
  return part;
}
function inheritedBy(object) {
  const members = {};
  for (let at = Object.getPrototypeOf(object); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(at))) members[name] ??= member;
  }
  return members;
}
function requesting(client2, part, method, { timeout }) {
  return (...args) => {
    const { fetcher, timeoutInSeconds, maxRetries } = part._options ?? {};
    const given = args.at(-1);
    const defaults2 = {
      timeout: typeof timeoutInSeconds === "number" ? timeoutInSeconds * 1e3 : timeout,
      retries: typeof maxRetries === "number" ? maxRetries : 2
    };
    const send = (options2) => method.apply(part, [...args.slice(0, -1), options2]);
    return request(client2, given, fetcher === void 0, send, defaults2);
  };
}

// overlays/elevenlabs/limits.ts
var defaultTimeout = 24e4;

// overlays/client/last-client.ts
var last2 = (sdk) => shared(`${sdk}.client@1`, () => ({ client: void 0 }));
function noteClient(sdk, client2) {
  const read = last2(sdk);
  queueMicrotask(() => {
    if (read.client === client2) read.client = void 0;
  });
  read.client = client2;
}
function takeLastClient(sdk) {
  const read = last2(sdk);
  const { client: client2 } = read;
  read.client = void 0;
  return client2;
}

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
function beforeResume(promise, check) {
  const checked = Promise.resolve(promise).then((value2) => {
    check();
    return value2;
  });
  const { then } = checked;
  const value = (onValue, onError2) => {
    if (typeof onValue !== "function") return then.call(checked, void 0, onError2);
    const resume = (result) => {
      try {
        check();
      } catch (error) {
        if (typeof onError2 !== "function") throw error;
        return onError2(error);
      }
      return onValue(result);
    };
    return then.call(checked, resume, onError2);
  };
  setMember(checked, "then", { value, writable: true });
  return checked;
}

// overlays/elevenlabs/families/client/scribe.ts
var isScribe = (part) => ["connect", "buildWebSocketUri"].every((name) => typeof part[name] === "function");
function tieScribe(part, client2) {
  if (!isScribe(part)) return;
  const { connect, buildWebSocketUri } = part;
  setMember(part, "connect", {
    value: (options2) => {
      const connecting = async () => {
        clientState(client2).admit("connect()");
        return untilDisconnected(client2, () => connect.call(part, noted(options2, client2)));
      };
      return handled(connecting());
    },
    writable: true
  });
  setMember(part, "buildWebSocketUri", {
    value: (options2) => beforeResume(buildWebSocketUri.call(part, options2), () => {
      if (clientState(client2).ended) throw new DisconnectedError("connect()", "client");
    }),
    writable: true
  });
}
function noted(options2, client2) {
  return beforeLook(options2, "modelId", () => noteClient("elevenlabs", client2));
}
function connectionOf(client2) {
  const { realtime } = client2.speechToText;
  if (realtime === void 0 || !isScribe(realtime)) return void 0;
  const { connect } = Object.getPrototypeOf(realtime);
  const scribe = Object.create(realtime, {
    options: { value: { apiKey: "a-key-for-nobody" } },
    buildWebSocketUri: { value: () => new Promise(() => {
    }) }
  });
  return catchInstance("eventEmitter", () => connect.call(scribe, { modelId: "a-model" }));
}

// overlays/elevenlabs/families/client/family.ts
var options = { timeout: defaultTimeout, onPart: tieScribe };
var client = {
  sdk: "elevenlabs",
  name: "client",
  required: ["speechToText", "textToSpeech", "conversationalAi", "voices"],
  connectionsBehind(client2) {
    const connection = connectionOf(client2);
    return connection === void 0 ? [] : [connection];
  },
  addressesOf: (client2) => addressesIn(client2, "https://api.elevenlabs.io"),
  seams(prototype) {
    const getters = Object.entries(inheritedBy(Object.create(prototype))).filter(([, { get }]) => get !== void 0);
    const parts = {};
    for (const [name, { get }] of getters) {
      parts[name] = {
        get() {
          return tiePart(this, get.call(this), options);
        }
      };
    }
    return {
      patches: [{ object: prototype, name: "the client", members: { ...ownClientMembers(), ...parts } }],
      adopt(client2) {
        for (const [name] of getters) void client2[name];
      }
    };
  }
};

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
var Attempts2 = class {
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
  start(dial, options2 = {}) {
    const attempt = new Attempt(this.#call, dial, options2);
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
function chain(before, last3) {
  if (before === void 0) return last3;
  return (...args) => {
    before(...args);
    last3(...args);
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
  attachSocket(socket, options2, order = "last") {
    if (this.#sockets.some((watched3) => watched3.socket === socket)) return;
    const watched2 = new WatchedSocket(socket, this);
    if (options2.heartbeat !== void 0) watched2.beat(options2.heartbeat);
    this.#sockets = this.#sockets.concat(watched2);
    noteWatcher(socket, this);
    this.faults.lastError = void 0;
    watched2.listen(order, this.throwsUnheard ? "first" : "last");
    if (this.onUnreadable !== void 0) {
      guardMessages(socket, (frame, error) => this.onUnreadable(frame, error));
    }
    watched2.limitHandshake(options2.connectTimeout);
    this.#events.onBusy();
  }
  /** Takes over the socket of a live instance. */
  adoptSocket(options2) {
    const { socket } = this;
    if (socket !== void 0 && socket.readyState !== CLOSED) this.attachSocket(socket, options2);
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

// overlays/foreign/assigned.ts
function onAssigned(key, take3, refuse) {
  return {
    get: () => void 0,
    set(value) {
      try {
        keepAssigned(this, key, value, take3);
      } catch (error) {
        refuse?.(value);
        throw error;
      }
      take3(this, value);
    }
  };
}
var accessors = /* @__PURE__ */ new Map();
function accessorOf(key) {
  const known2 = accessors.get(key);
  if (known2 !== void 0) return known2;
  const valueKey = /* @__PURE__ */ Symbol(`hangup.assigned.${key}`);
  const assignedOf = (object) => kept(object, valueKey);
  const descriptor = {
    get() {
      return assignedOf(this)?.value;
    },
    set(value) {
      const assigned = assignedOf(this);
      assigned.value = value;
      assigned.take(assigned.owner, value);
    },
    enumerable: true
  };
  const accessor = { valueKey, descriptor };
  accessors.set(key, accessor);
  return accessor;
}
function keepAssigned(owner, key, value, take3) {
  if (Object.getOwnPropertyDescriptor(owner, key)?.configurable === false) return;
  const { valueKey, descriptor } = accessorOf(key);
  setMember(owner, key, descriptor);
  keep(owner, valueKey, { owner, value, take: take3 });
}

// overlays/elevenlabs/families/conversation/audio.ts
var StoppedOnce = class {
  #audio;
  #owner;
  #isRunning;
  #isStopped = false;
  /** @param isRunning it was started before hangup came */
  constructor(audio, owner, isRunning) {
    this.#audio = audio;
    this.#owner = owner;
    this.#isRunning = isRunning;
  }
  start(listener) {
    this.#isRunning = true;
    this.#audio.start((audio) => {
      if (!this.#owner().ended) listener(audio);
    });
  }
  /** Never throws, because the connection has to be closed all the same. */
  stop() {
    if (this.#isStopped) return;
    this.#isStopped = true;
    try {
      this.#audio.stop();
    } catch (error) {
      this.#owner().onAudioFault(error);
    }
  }
  /** The connection is lost. */
  stopIfRunning() {
    if (this.#isRunning) this.stop();
  }
  output(audio) {
    this.#audio.output(audio);
  }
  interrupt() {
    this.#audio.interrupt();
  }
};
function guardAudio(conversation2, owner, isRunning = false) {
  const { audioInterface } = conversation2;
  if (!audioInterface || audioInterface instanceof StoppedOnce) return audioInterface;
  const value = new StoppedOnce(audioInterface, owner, isRunning);
  try {
    setMember(conversation2, "audioInterface", { value, writable: true, enumerable: true });
  } catch {
  }
  return value;
}

// overlays/elevenlabs/families/conversation/signed-url.ts
function abortable(conversation2, abortSignal) {
  const { conversationClient: client2 } = conversation2;
  if (!("_options" in client2)) return conversation2;
  const { conversations } = client2.conversationalAi;
  const limits = { timeout: defaultTimeout, retries: 2 };
  const getSignedUrl = (asked) => request(client2, { abortSignal }, true, (options2) => conversations.getSignedUrl(asked, options2), limits);
  const value = { conversationalAi: { conversations: { getSignedUrl } } };
  return Object.create(conversation2, { conversationClient: { value } });
}

// overlays/elevenlabs/families/conversation/sockets.ts
function watchable(socket) {
  if (!("addEventListener" in socket)) {
    const value = (type, listener) => {
      socket.on(type, (...args) => listener(eventOf(type, args)));
    };
    setMember(socket, "addEventListener", { value, writable: true });
  }
  return socket;
}
function eventOf(type, [first, second]) {
  if (type === "close") return { code: first, reason: second };
  return type === "error" ? { error: first } : {};
}

// overlays/elevenlabs/families/conversation/connection.ts
var begins = ["audio", "agent_response"];
var ends = ["agent_response_complete", "interruption"];
var ConversationConnection = class extends Connection {
  name = "socket conversation";
  faults;
  /** The turn of the agent. */
  streams = new StreamSet();
  #ws;
  #setup;
  #attempts = new Attempts2();
  #attempt = { isOver: false };
  /** Ends the request for the address of the session, while there is one: an abort costs more than the rest of a forced end. */
  #fetching;
  #socket;
  /** The guard of the audio, where hangup came when the conversation was open: a frozen one does not keep it. */
  #adopted;
  /** The last error of the socket. */
  #socketError;
  #hasOpened = false;
  /** The SDK has ended the session. */
  #isOver = false;
  /** The error that a listener of the app's has thrown when the SDK ended the session. */
  #thrown;
  /** The SDK has read the message that came last. */
  #hasRead = false;
  /** The app was told that the session has ended. */
  #isTold = false;
  constructor(ws, events, setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [keyOf(ws.client), keyOf(ws.conversationClient), ...this.#tokens()]);
  }
  get #audio() {
    const { audioInterface } = this.#ws;
    return audioInterface instanceof StoppedOnce ? audioInterface : this.#adopted;
  }
  /** A signed address has a secret. */
  #tokens() {
    const { url } = this.#socket ?? {};
    if (typeof url !== "string" || !URL.canParse(url)) return [];
    return [...new URL(url).searchParams].flatMap(([name, value]) => /signature|token|key/i.test(name) ? value : []);
  }
  get socket() {
    return this.#socket;
  }
  // -- connecting --
  /** Starts the session, or joins the start under way. */
  start() {
    const { sdk, settings } = this.#setup;
    this.admit("startSession()");
    if (this.#ws.ws !== void 0 && this.#attempts.current === void 0) return sdk.startSession.call(this.#ws);
    return this.#attempts.current ?? this.#attempts.start((attempt) => this.#dial(attempt), {
      limit: settings().connectTimeout,
      onFailure: () => {
        if (!this.ended) this.#giveUp();
      }
    });
  }
  async #dial(attempt) {
    this.#attempt = attempt;
    this.#isTold = false;
    this.faults.lastError = void 0;
    try {
      await this.#setup.sdk.startSession.call(this.#ws);
    } catch (error) {
      if (this.ended) throw new DisconnectedError("startSession()");
      throw error === this.#socketError ? this.faults.connectFailure(error) : error;
    }
  }
  /** Gets the address of the session. @throws {DisconnectedError} when nobody waits for it any more */
  signedUrl() {
    const attempt = this.#attempt;
    return beforeResume(this.#fetchUrl(), () => {
      if (this.ended || attempt.isOver) throw new DisconnectedError("startSession()");
    });
  }
  async #fetchUrl() {
    this.admit("startSession()");
    const fetching = new AbortController();
    this.#fetching = fetching;
    try {
      return await this.#setup.sdk._getSignedUrl.call(abortable(this.#ws, fetching.signal));
    } finally {
      if (this.#fetching === fetching) this.#fetching = void 0;
    }
  }
  /** Leaves nothing of an attempt that has failed behind. */
  #giveUp() {
    this.#fetching?.abort();
    if (this.#socket !== void 0) forceClose(this.#socket);
    this.#ws.ws = void 0;
  }
  // -- the socket --
  adopt(options2) {
    const ws = this.#ws;
    if (!Object.hasOwn(ws, "shouldStop")) return;
    this.#adopted = guardAudio(ws, () => this, ws.inputCallback !== void 0);
    if (ws.ws === void 0) return;
    const take3 = (_ws, socket) => this.attach(socket, options2);
    keepAssigned(ws, "ws", ws.ws, take3);
    if (ws.ws.readyState !== CLOSED) this.attach(ws.ws, options2);
  }
  onAudioFault(error) {
    warn(`stop() of the audio interface has thrown: ${this.faults.clean(error)?.message}`);
  }
  /** Takes over a socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(assigned, options2) {
    if (assigned === void 0) return;
    const socket = watchable(assigned);
    if (this.ended) discard(socket);
    this.#socket = socket;
    onError(
      socket,
      (error) => {
        this.#socketError = error;
      },
      "first"
    );
    this.attachSocket(socket, options2, "first");
  }
  onOpen() {
    this.#hasOpened = true;
  }
  cutStreams(end) {
    super.cutStreams(end);
    this.#audio?.stopIfRunning();
    const isHeard2 = this.#ws.listenerCount("session_ended") > 0 || !this.#hasOpened;
    if (!isHeard2) this.faults.warn(this.faults.lossError(end).message);
  }
  // -- sending and receiving --
  /** The user has said something: the agent will answer. */
  beginTurn() {
    if (this.streams.open.length === 0) this.streams.add(new ToldStream("turn", () => {
    }));
  }
  /** @param read has the SDK read a message. It prints what it cannot read, and throws nothing */
  receive(read) {
    this.#hasRead = this.#ws.shouldStop;
    read();
    if (!this.#hasRead) this.faults.unreadable("the provider sent a message that the SDK cannot read");
  }
  onMessage(message, handle) {
    const type = message?.type;
    if (begins.includes(type)) this.beginTurn();
    else if (ends.includes(type)) this.#endTurn();
    handle();
    this.#hasRead = true;
  }
  #endTurn() {
    for (const turn of this.streams.open) {
      turn.end();
      this.streams.delete(turn);
    }
  }
  /** Decides on an event of the SDK's. @param pass tells the listeners */
  onEvent(type, args, pass) {
    if (type === "session_ended") {
      if (this.#isTold) return false;
      this.#isTold = true;
      return pass(...args);
    }
    if (type !== "error" || args[0] !== this.#socketError) return pass(...args);
    if (this.isDeaf || !this.#hasOpened && this.#attempt.isOver) return false;
    if (this.#ws.listenerCount("error") === 0) return false;
    return pass(this.faults.isConnecting ? this.faults.connectFailure(args[0]) : this.faults.clean(args[0]));
  }
  // -- the end --
  end(limit, drain) {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }
  /** The SDK's own `endSession()`. @throws the error of a listener, as the SDK does; the session ends all the same */
  endWith() {
    const isFirst = !this.#isOver;
    const ended = this.close(() => this.#endSession());
    this.#attempts.end(ended);
    this.#endSession();
    if (isFirst && this.#thrown !== void 0) throw this.#thrown.error;
    return ended;
  }
  sendClose() {
    this.#endSession();
  }
  stopDialling() {
    this.#fetching?.abort();
  }
  force(ended) {
    const isUnderWay2 = super.force(ended);
    this.#endSession();
    return isUnderWay2;
  }
  releaseStreams() {
    this.#endSession();
  }
  /** The SDK stops the audio, closes the socket, forgets it, and tells its listeners. */
  #endSession() {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#setup.sdk.endSession.call(this.#ws);
    } catch (error) {
      this.#thrown = { error };
      this.#audio?.stop();
      throw error;
    }
  }
};
var keyOf = (client2) => client2?._options?.apiKey;

// overlays/connection/members.ts
function connectionMembers(registry, own = "socket") {
  return disconnectableMembers({
    levelOf: (ws) => registry.connectionOf(ws),
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, own)
  });
}

// overlays/elevenlabs/families/conversation/members.ts
function conversationMembers(sdk, registry) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    startSession() {
      const start = async () => {
        registry.opening(this, "startSession()");
        return of(this).start();
      };
      return handled(start());
    },
    endSession() {
      return of(this).endWith();
    },
    sendUserMessage(text) {
      of(this).admit("sendUserMessage()");
      sdk.sendUserMessage.call(this, text);
      of(this).beginTurn();
    },
    registerUserActivity() {
      of(this).admit("registerUserActivity()");
      sdk.registerUserActivity.call(this);
    },
    sendContextualUpdate(text) {
      of(this).admit("sendContextualUpdate()");
      sdk.sendContextualUpdate.call(this, text);
    },
    _getSignedUrl() {
      return of(this).signedUrl();
    },
    _onWebSocketMessage(data) {
      of(this).receive(() => sdk._onWebSocketMessage.call(this, data));
    },
    _handleMessage(message) {
      of(this).onMessage(message, () => sdk._handleMessage.call(this, message));
    },
    emit(type, ...args) {
      if (type !== "session_ended" && type !== "error") return sdk.emit.call(this, type, ...args);
      return of(this).onEvent(type, args, (...told) => sdk.emit.call(this, type, ...told));
    }
  };
  if (sdk.sendMultimodalMessage !== void 0) {
    members.sendMultimodalMessage = function(options2) {
      of(this).admit("sendMultimodalMessage()");
      sdk.sendMultimodalMessage.call(this, options2);
      of(this).beginTurn();
    };
  }
  return {
    ...connectionMembers(registry, "shouldStop"),
    ...Object.getOwnPropertyDescriptors(members),
    // The constructor assigns it.
    audioInterface: onAssigned("audioInterface", (ws) => guardAudio(ws, () => of(ws))),
    ws: onAssigned(
      "ws",
      (ws, socket) => take(ws, socket, registry),
      (socket) => socket !== void 0 && discard(watchable(socket))
    )
  };
}
function take(ws, socket, registry) {
  if (socket === void 0) return;
  try {
    registry.opening(ws, "startSession()").connection.attach(socket, registry.optionsOf(ws));
  } catch (error) {
    discard(watchable(socket));
    throw error;
  }
}

// overlays/elevenlabs/families/conversation/family.ts
function clientOf({ client: client2, conversationClient }) {
  return "_options" in conversationClient ? conversationClient : client2;
}
var conversation = {
  sdk: "elevenlabs",
  name: "conversation",
  required: [
    "startSession",
    "endSession",
    "sendUserMessage",
    "registerUserActivity",
    "sendContextualUpdate",
    "_getSignedUrl",
    "_onWebSocketMessage",
    "_handleMessage"
  ],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, events) => new ConversationConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf
    });
    return {
      registry,
      patches: [{ object: prototype, name: "Conversation", members: conversationMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === void 0) return;
        throw webSocketRefused("a Conversation takes its sockets from its webSocketFactory", "Leave the option out");
      }
    };
  }
};

// overlays/elevenlabs/families/transcription/segment.ts
var Segment = class {
  #streams;
  /** Commits that the provider has not answered. */
  #commits = 0;
  /** Audio was sent after the last commit. */
  #hasRest = false;
  constructor(streams) {
    this.#streams = streams;
  }
  /** The provider waits for a commit, or for silence, before it transcribes the rest. */
  get needsCommit() {
    return this.#hasRest;
  }
  onSent({ audioBase64, commit }) {
    if (audioBase64) this.#hasRest = true;
    if (commit) this.onCommit();
    if (this.#hasRest) this.#begin();
  }
  onCommit() {
    this.#commits++;
    this.#hasRest = false;
    this.#begin();
  }
  /** The provider has committed: because it was asked, or because it has heard silence. */
  onCommitted() {
    if (this.#commits > 0) this.#commits--;
    else this.#hasRest = false;
    if (this.#commits === 0 && !this.#hasRest) this.end();
  }
  /** The provider has finished it, or has reported an error instead. */
  end() {
    this.#commits = 0;
    this.#hasRest = false;
    for (const stream of this.#streams.open) {
      stream.end();
      this.#streams.delete(stream);
    }
  }
  #begin() {
    if (this.#streams.open.length === 0) this.#streams.add(new ToldStream("segment", () => {
    }));
  }
};

// overlays/elevenlabs/families/transcription/connection.ts
var unreadable = "the provider sent a message that the SDK cannot read";
var TranscriptionConnection = class extends Connection {
  name = "socket transcription";
  faults;
  streams = new StreamSet();
  #segment = new Segment(this.streams);
  #ws;
  #sdk;
  /** The keys that were sent with the handshake. */
  #sent = [];
  /** The event with the last transcript of a commit. */
  #committed = "committed_transcript";
  /** How the socket was lost. */
  #end = {};
  #hasOpened = false;
  /** The last error of the socket. */
  #socketError;
  /** The app has called the SDK's own `close()`: its listeners hear the rest. */
  #isOwnClose = false;
  /** The error that a listener of the app's has thrown. */
  #thrown;
  constructor(ws, sdk, events) {
    super(events);
    this.#ws = ws;
    this.#sdk = sdk;
    this.faults = new Faults(this, () => this.#sent);
  }
  get socket() {
    return this.#ws.websocket ?? void 0;
  }
  // -- the socket --
  adopt(options2) {
    const { websocket } = this.#ws;
    if (!websocket) return;
    keepAssigned(this.#ws, "websocket", websocket, (_ws, socket) => this.attach(socket, options2));
    if (websocket.readyState === CLOSED) return;
    this.attach(websocket, options2);
    if (websocket.readyState === OPEN) this.onOpen();
  }
  /** Takes over a socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket, options2) {
    if (this.ended) discard(socket);
    this.#noteAddress(socket);
    this.#watchEvents();
    onError(
      socket,
      (error) => {
        this.#socketError = error;
      },
      "first"
    );
    this.attachSocket(socket, options2, "first");
  }
  /** Puts hangup between the SDK and the listeners of the app, once. */
  #watchEvents() {
    const { eventEmitter: emitter } = this.#ws;
    if (Object.hasOwn(emitter, "emit")) return;
    const { emit } = emitter;
    const watched2 = (type, ...args) => {
      try {
        if (type === "close" || type === "error") {
          const told = this.#judge(type, args[0]);
          return told !== false && emit.call(emitter, type, ...told);
        }
        return this.#isForApp(type) && emit.call(emitter, type, ...args);
      } catch (error) {
        this.#thrown = error;
        throw error;
      }
    };
    setMember(emitter, "emit", { value: watched2, writable: true });
  }
  #noteAddress({ url = "", _req }) {
    const { searchParams } = URL.canParse(url) ? new URL(url) : { searchParams: new URLSearchParams() };
    this.#sent.push(_req?.getHeader?.("xi-api-key"), searchParams.get("token"));
    if (searchParams.get("include_timestamps") === "true") this.#committed = "committed_transcript_with_timestamps";
  }
  onOpen() {
    this.#hasOpened = true;
  }
  cut(socket, end = {}) {
    this.#end = end;
    super.cut(socket, end);
  }
  cutStreams(end) {
    super.cutStreams(end);
    this.#segment.end();
    this.#ws.cleanup();
    if (this.#hasOpened && this.#ws.eventEmitter.listenerCount("close") === 0)
      this.faults.warn(this.faults.lossError(end).message);
  }
  // -- sending --
  onSent(audio) {
    this.#segment.onSent(audio);
  }
  onCommit() {
    this.#segment.onCommit();
  }
  // -- receiving --
  /** The SDK tells its listeners of a message. @returns whether they hear it */
  #isForApp(type) {
    if (this.isDeaf && !this.#isOwnClose) return false;
    if (type === this.#committed) this.#segment.onCommitted();
    return true;
  }
  /** The SDK tells its listeners of its end or of an error. @returns what they hear; `false`: nothing */
  #judge(type, error) {
    if (type === "close") return [this.#end.code, this.faults.scrub(String(this.#end.reason ?? ""))];
    if (error === this.#socketError) return this.#judgeSocketError(error);
    if (this.isDeaf && !this.#isOwnClose) return false;
    this.refuse("the provider reports an error");
    this.#segment.end();
    if (this.#isHeard) return [error];
    const { error: text } = error ?? {};
    this.faults.warn(`the provider reports: ${typeof text === "string" ? text : "an error"}`);
    return false;
  }
  get #isHeard() {
    return this.#ws.eventEmitter.listenerCount("error") > 0;
  }
  #judgeSocketError(error) {
    if (this.isDeaf) return false;
    const { isConnecting } = this.faults;
    const told = isConnecting ? this.faults.connectFailure(error) : this.faults.clean(error);
    if (this.#isHeard) return [told];
    if (isConnecting) this.faults.warn(`the handshake failed: ${told?.message}`);
    return false;
  }
  onUnreadable(_frame, error) {
    const isOfApp = error === this.#thrown;
    this.#thrown = void 0;
    if (isOfApp) return false;
    this.faults.unreadable(unreadable);
    if (this.isDeaf) return true;
    if (!this.#isHeard) this.faults.warn(unreadable);
    else {
      const cause = this.faults.clean(error);
      this.#ws.eventEmitter.emit("error", new HangupError("ERR_PROVIDER", unreadable, { cause }));
    }
    return true;
  }
  // -- the end --
  /** The SDK's own `close()`. */
  closeWith() {
    if (!this.ended) this.#isOwnClose = true;
    return this.close(() => this.#sdk.close.call(this.#ws));
  }
  sendClose() {
    this.#sdk.close.call(this.#ws);
  }
  stopDialling() {
    this.#ws.cleanup();
  }
  /** The provider transcribes the last audio when it is told to commit it. */
  finishStreams() {
    if (this.#segment.needsCommit && this.socket?.readyState === OPEN) {
      this.#sdk.commit.call(this.#ws);
      this.#segment.onCommit();
    }
    return super.finishStreams();
  }
};

// overlays/elevenlabs/families/transcription/members.ts
function transcriptionMembers(sdk, registry) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    send(data) {
      of(this).admit("send()");
      sdk.send.call(this, data);
      of(this).onSent(data);
    },
    commit() {
      of(this).admit("commit()");
      sdk.commit.call(this);
      of(this).onCommit();
    },
    close() {
      return of(this).closeWith();
    },
    setFfmpegProcess(process2) {
      sdk.setFfmpegProcess.call(this, process2);
      if (!of(this).connected) this.cleanup();
    },
    cleanup() {
      const { ffmpegProcess } = this;
      sdk.cleanup.call(this);
      if (ffmpegProcess) silence(ffmpegProcess);
    }
  };
  return {
    ...connectionMembers(registry, "websocket"),
    ...Object.getOwnPropertyDescriptors(members),
    websocket: onAssigned(
      "websocket",
      (ws, socket) => take2(ws, socket, registry)
    )
  };
}
function silence({ stdout }) {
  queueMicrotask(() => {
    for (const event of ["data", "end"]) stdout?.removeAllListeners(event);
  });
}
function take2(ws, socket, registry) {
  if (socket === null) {
    const client2 = takeLastClient("elevenlabs");
    if (client2 !== void 0) setMember(ws, clientKey, { value: client2 });
    return;
  }
  try {
    registry.opening(ws, "connect()").connection.attach(socket, registry.optionsOf(ws));
  } catch (error) {
    discard(socket);
    throw error;
  }
}

// overlays/elevenlabs/families/transcription/family.ts
var transcription = {
  sdk: "elevenlabs",
  name: "transcription",
  required: ["setWebSocket", "setFfmpegProcess", "on", "off", "send", "commit", "close", "cleanup"],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, events) => new TranscriptionConnection(ws, sdk, events),
      clientOf: (ws) => ws[clientKey]
    });
    return {
      registry,
      patches: [{ object: prototype, name: "RealtimeConnection", members: transcriptionMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === void 0) return;
        throw webSocketRefused("the SDK loads ws by itself and takes no other", "Leave the option out");
      }
    };
  }
};

// overlays/elevenlabs/families/index.ts
var families = [transcription, conversation, client];

// overlays/elevenlabs/runtime.ts
function install(Class) {
  attach(Class, families, typeof __filename === "string" ? __filename : void 0);
}
module.exports = { install };
