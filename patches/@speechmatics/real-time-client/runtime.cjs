/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: a8595f005579aba97c604ef108b5fbdc1de9fb142234901c826be3b526585d2b */
"use strict";

// core/symbols.ts
var marker = /* @__PURE__ */ Symbol.for("hangup.patched");
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
  #shorten(at, isOwn) {
    if (at >= this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    if (isOwn) this.#startTimer();
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
  const isOwn = Object.hasOwn(object, key) || store2.hasFixed && store2.fixed.get(object)?.has(key) === true;
  return isOwn ? kept(object, key) : void 0;
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
    const family = families2.find(({ required, prototypeOf, isOwn }) => {
      if (prototypeOf !== void 0 || !Object.hasOwn(prototype, required[0])) return false;
      return required.every((name) => name in prototype) && isOwn?.(prototype, target) !== false;
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

// overlays/speechmatics/families/recognizer/waits.ts
var Waits = class {
  /** Reject the promises that wait, by the calls that return them. */
  #waiting = /* @__PURE__ */ new Map();
  /** By the names of messages: the SDK sets a timer right after it has sent one of these. */
  #expected = /* @__PURE__ */ new Map();
  /**
   * Follows a promise of the SDK. Its timer ends with it.
   *
   * @param call names the SDK's call in errors
   * @param begin makes the call
   * @param message the name of the message after which the SDK sets a timer, if it sets one
   */
  follow(call, begin, message) {
    let isOver = false;
    let endTimer = () => {
    };
    const take = (end) => {
      if (isOver) end();
      else endTimer = end;
    };
    if (message !== void 0) this.#expected.set(message, take);
    let fail;
    const followed = new Promise((resolve, reject) => {
      fail = reject;
      this.#waiting.set(reject, call);
      begin().then(resolve, reject);
    });
    const over = () => {
      isOver = true;
      this.#waiting.delete(fail);
      endTimer();
    };
    followed.then(over, over);
    return followed;
  }
  /** The SDK has sent a message, or has failed to. */
  onSent(message) {
    const take = this.#expected.get(message);
    if (take === void 0) return;
    this.#expected.delete(message);
    catchTimer(take);
  }
  /** Rejects all promises that wait. */
  reject(makeError) {
    for (const [fail, call] of this.#waiting) fail(makeError(call));
    this.#waiting.clear();
  }
};

// overlays/speechmatics/families/recognizer/connection.ts
var unreadable = "the provider sent a message that the SDK cannot read";
var RecognizerConnection = class extends Connection {
  name = "socket realtime";
  faults;
  /** The recognition, until the provider says that its transcript is complete. */
  streams = new StreamSet();
  #ws;
  #setup;
  #attempts = new Attempts("start()");
  #waits = new Waits();
  /** Those that may not have closed: the SDK forgets a socket when it opens another one. */
  #sockets = /* @__PURE__ */ new Set();
  /** The failure of the handshake under way. */
  #failure;
  /** Says how the last recognition was lost. */
  #loss;
  /** The app has called `stopRecognition()`: its listeners hear the rest. */
  #isStopping = false;
  /** `stopRecognition()` runs: it sends a message by itself. */
  #isSdkStopping = false;
  /** The transcript is not complete. */
  #stopFailure;
  constructor(ws, events, setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [tokenOf(ws.socket)]);
  }
  get socket() {
    return this.#ws.socket;
  }
  // -- starting --
  start(args) {
    const { socket: before } = this;
    const onFailure = () => {
      const { socket } = this;
      if (!this.ended && socket !== void 0 && socket !== before) forceClose(socket);
    };
    return this.#attempts.current ?? this.#attempts.start((attempt) => this.#dial(args, attempt), { onFailure });
  }
  async #dial(args, attempt) {
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
    }
    this.faults.lastError = void 0;
    const start = () => this.#setup.sdk.start.apply(this.#ws, args);
    try {
      return await this.#waits.follow("start()", start, "StartRecognition");
    } catch (error) {
      throw this.ended ? new DisconnectedError("start()") : this.faults.connectFailure(error);
    }
  }
  // -- sockets --
  adopt() {
    this.takeSocket();
    if (this.socket?.readyState === OPEN) this.#beginRecognition();
  }
  /**
   * Takes over the socket of the client when it is a new one. An accessor in place of the SDK's field would tell of it too, and
   * make all that the SDK does with its client slower.
   *
   * @throws {TypeError} when it cannot send heartbeats
   */
  takeSocket() {
    const { socket } = this;
    if (socket === void 0 || socket.readyState === CLOSED || this.#sockets.has(socket)) return;
    this.#endRecognition();
    this.#failure = void 0;
    this.#loss = void 0;
    for (const other of this.#sockets) if (other.readyState === CLOSED) this.#sockets.delete(other);
    this.#sockets.add(socket);
    onError(socket, (error) => {
      this.#failure ??= this.faults.connectFailure(error);
    });
    this.attachSocket(socket, this.#setup.settings(), "first");
  }
  cut(socket, end = {}) {
    const isLost2 = this.#isStopping && socket === this.socket && this.streams.isOwed;
    if (isLost2) this.#stopFailure ??= this.faults.lossError(end);
    super.cut(socket, end);
  }
  cutStreams(end) {
    const loss = this.faults.lossError(end);
    this.#loss = loss;
    if (this.#attempts.current === void 0) super.cutStreams(end);
    else {
      this.#endRecognition();
      this.#attempts.fail(this.#failure ?? this.faults.closedEarly(end));
    }
    this.#waits.reject(() => loss);
  }
  #beginRecognition() {
    this.streams.add(new ToldStream("recognition", (cause) => this.#tellLoss(cause)));
  }
  #endRecognition() {
    for (const recognition of this.streams.open) recognition.end();
    this.streams.noteEnd();
  }
  /** The SDK tells the listeners for `socketStateChange`. */
  #tellLoss({ message }) {
    const { getEventListeners } = nodeModule("events") ?? {};
    if (getEventListeners?.(this.#ws, "socketStateChange").length === 0) this.faults.warn(message);
  }
  // -- sending and receiving --
  /** @throws {DisconnectedError} once the door is closed; the loss, on a socket that is gone: `ws` drops it without a word */
  send({ message }, send) {
    try {
      if (!this.#isSdkStopping) this.admit(`${message[0]?.toLowerCase()}${message.slice(1)}()`);
      if (this.socket !== void 0 && this.socket.readyState > OPEN) throw this.#loss ?? this.faults.lossError({});
      send();
      if (message === "StartRecognition" && !this.isDeaf) this.#beginRecognition();
    } finally {
      this.#waits.onSent(message);
    }
  }
  /** Asks the provider for something. @param timeout the SDK's own limit, in ms */
  async ask(ask, timeout) {
    this.admit("getSpeakers()");
    return this.#waits.follow("getSpeakers()", ask, timeout ? "GetSpeakers" : void 0);
  }
  /** @returns whether listeners hear the message */
  onReceive({ message }) {
    const isHeard2 = !this.isDeaf || this.#isStopping;
    if (message === "EndOfTranscript") {
      this.#endRecognition();
      if (this.#isStopping) this.#limitClose();
    }
    return isHeard2;
  }
  onUnreadable() {
    this.faults.unreadable(unreadable);
    if (!this.isDeaf) this.faults.warn(unreadable);
    return true;
  }
  // -- the end --
  end(limit, drain) {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }
  /**
   * The SDK's own end: it waits for the rest of the transcript as long as the SDK does.
   *
   * @returns the report; `undefined` with `noTimeout`, when nobody waits
   * @throws {Error} the SDK's own, when the transcript is not complete in time; {StreamEndedError} when the connection is lost
   */
  async stop(options = {}) {
    const ended = this.#stop(options);
    if (options.noTimeout) return void 0;
    const report = await ended;
    if (this.#stopFailure !== void 0) throw this.#stopFailure;
    return report;
  }
  #stop(options) {
    const wait = options.noTimeout ? maxDelay : this.#ws.timeout;
    const limit = Math.min(wait + caps.close, maxDelay);
    if (this.ended) return this.end({ timeout: limit }, wait).ended;
    if (this.socket === void 0) this.#setup.sdk.sendMessage.call(this.#ws, this.#endOfStream);
    this.#isStopping = true;
    this.#stopFailure = this.#loss;
    const ended = this.close(() => this.#stopSdk(options), limit);
    this.#attempts.end(ended);
    return ended;
  }
  #stopSdk(options) {
    if (this.socket?.readyState !== OPEN) {
      this.sendClose();
      return;
    }
    const stop = () => this.#setup.sdk.stopRecognition.call(this.#ws, options);
    this.#isSdkStopping = true;
    const stopped = this.#waits.follow("stopRecognition()", stop, options.noTimeout ? void 0 : "EndOfStream");
    this.#isSdkStopping = false;
    stopped.catch((error) => {
      if (!this.#isStopping) return;
      this.#stopFailure ??= error;
      this.sendClose();
      this.#limitClose();
    });
  }
  /** The peer has so long to answer the close frame, whatever is left of the time for the transcript. */
  #limitClose() {
    void this.close(() => {
    });
  }
  get #endOfStream() {
    return { message: "EndOfStream", last_seq_no: this.#ws.lastAudioAddedSeqNo };
  }
  sendClose() {
    for (const socket of this.#sockets) socket.close();
  }
  /** The provider transcribes what it has heard when it is told that this is all. */
  finishStreams() {
    const finished = this.socket?.readyState === OPEN ? this.streams.whenNoneOpen() : void 0;
    if (finished !== void 0) this.#setup.sdk.sendMessage.call(this.#ws, this.#endOfStream);
    return finished;
  }
  dropStreams() {
    if (this.#isStopping) return;
    super.dropStreams();
    this.#waits.reject((call) => new DisconnectedError(call));
  }
  force(ended) {
    this.#isStopping = false;
    return super.force(ended);
  }
  releaseStreams() {
    this.#isStopping = false;
    this.#endRecognition();
    this.#waits.reject((call) => new DisconnectedError(call));
  }
};
function tokenOf(socket) {
  const { url = "" } = socket ?? {};
  return URL.canParse(url) ? new URL(url).searchParams.get("jwt") ?? void 0 : void 0;
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

// overlays/connection/members.ts
function connectionMembers(registry, own = "socket") {
  return disconnectableMembers({
    levelOf: (ws) => registry.connectionOf(ws),
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, own)
  });
}

// overlays/speechmatics/families/recognizer/members.ts
function recognizerMembers(sdk, registry) {
  const of = (ws) => registry.connectionOf(ws);
  const members = {
    start(...args) {
      return handled(of(this).start(args));
    },
    // Its type says that only start() calls it. A program in JavaScript may call it too.
    connect(jwt) {
      const connect = async () => {
        of(this).admit("connect()");
        return sdk.connect.call(this, jwt);
      };
      return handled(connect());
    },
    sendMessage(message) {
      of(this).send(message, () => sdk.sendMessage.call(this, message));
    },
    sendAudio(audio) {
      of(this).admit("sendAudio()");
      sdk.sendAudio.call(this, audio);
    },
    getSpeakers(options) {
      return handled(of(this).ask(() => sdk.getSpeakers.call(this, options), options?.timeout));
    },
    stopRecognition(options) {
      return handled(of(this).stop(options));
    },
    dispatchTypedEvent(type, event) {
      const connection = of(this);
      if (type === "socketStateChange") connection.takeSocket();
      const isHeard2 = type !== "receiveMessage" || connection.onReceive(event.data);
      return isHeard2 && sdk.dispatchTypedEvent.call(this, type, event);
    }
  };
  return { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) };
}

// overlays/speechmatics/families/recognizer/family.ts
var recognizer = {
  sdk: "speechmatics",
  name: "recognizer",
  required: ["start", "connect", "sendMessage", "sendAudio", "getSpeakers", "stopRecognition", "dispatchTypedEvent"],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry({
      make: (ws, events) => new RecognizerConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf: () => void 0
    });
    return {
      registry,
      patches: [{ object: prototype, name: "RealtimeClient", members: recognizerMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === void 0) return;
        throw webSocketRefused("RealtimeClient loads ws by itself and takes no other", "Leave the option out");
      }
    };
  }
};

// overlays/speechmatics/families/index.ts
var families = [recognizer];

// overlays/speechmatics/runtime.ts
function install(Class, family) {
  attach(Class, families, typeof __filename === "string" ? __filename : void 0, family);
}
module.exports = { install };
