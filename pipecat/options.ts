import { connectTimeout } from '../core/limits.ts';
import { checkKeys } from '../core/options.ts';
import { checkValues, type Heartbeat } from '../overlays/seams/overlay-options.ts';
import type { WebSocketClass } from '../overlays/sockets/find-ws.ts';

export type { Heartbeat, WebSocketClass };

export interface PipecatOptions {
  /**
   * The words of the connection, which are those of the bot's serializer. `twilio`: the bot has a `TwilioFrameSerializer`,
   * and this side plays Twilio. `protobuf`: the bot has a `ProtobufFrameSerializer`. Default `twilio`.
   */
  framing?: 'twilio' | 'protobuf';
  /** Samples a second of the audio that is sent, with `protobuf`. Default 16000. Twilio has 8000. */
  sampleRate?: number;
  /** Headers of the handshake. */
  headers?: Record<string, string>;
  /** The id of the stream in Twilio's start message. Default: a random one. */
  streamSid?: string;
  /** The id of the call in Twilio's start message. Default: a random one. */
  callSid?: string;
  /** The `customParameters` of Twilio's start message. */
  parameters?: Record<string, string>;
  /** Sends audio in real time, 20 ms a frame. Default true. */
  pace?: boolean;
  /** The number of chunks in line from which the socket reads no more; from 1, default 1000. */
  bound?: number;
  /** Default for `receiveAudio()`, for each chunk of a loop and for the first chunk of `drain()`, ms of silence; default none. */
  timeout?: number;
  /** The longest handshake, in ms. Default 10000. */
  connectTimeout?: number;
  /** Notices a dead bot by ping and pong; both in ms. Default: none. Sockets of the `ws` package only. */
  heartbeat?: Heartbeat;
  /** The class of the socket. Default: the installed `ws`. */
  WebSocket?: WebSocketClass;
}

const ofTwilio = ['streamSid', 'callSid', 'parameters'] as const;
const known = [
  ...['framing', 'sampleRate', 'headers', ...ofTwilio, 'pace', 'bound', 'timeout', 'connectTimeout', 'heartbeat'],
  'WebSocket',
];

/** @throws {TypeError} on an unknown option, and on a value that is none */
export function readOptions(options: PipecatOptions) {
  checkKeys('connect()', options, known);
  checkValues('connect()', options);
  const { framing = 'twilio', sampleRate = 16_000, headers = {}, parameters = {}, pace = true } = options;
  if (framing !== 'twilio' && framing !== 'protobuf') {
    throw new TypeError(`connect(): framing must be 'twilio' or 'protobuf'`);
  }
  if (!Number.isInteger(sampleRate) || sampleRate < 1000 || sampleRate > 192_000) {
    throw new TypeError(`connect(): sampleRate: ${String(sampleRate)} is not a number of samples a second`);
  }
  const alien = framing === 'twilio' ? (['sampleRate'] as const) : ofTwilio;
  const misplaced = alien.find((name) => options[name] !== undefined);
  if (misplaced !== undefined) throw new TypeError(`connect(): ${misplaced} does not go with the framing ${framing}`);
  checkTexts('headers', headers);
  checkTexts('parameters', parameters);
  if (typeof pace !== 'boolean') throw new TypeError('connect(): pace must be true or false');
  const limit = options.connectTimeout ?? connectTimeout;
  return { ...options, framing, sampleRate, headers, parameters, pace, connectTimeout: limit };
}

function checkTexts(name: string, texts: unknown): void {
  const isWell =
    typeof texts === 'object' && texts !== null && Object.values(texts).every((text) => typeof text === 'string');
  if (!isWell) throw new TypeError(`connect(): ${name} must be an object of strings`);
}

/** A shorter text is a word, and no secret. */
const shortest = 8;

/** The texts of a call that may be keys or tokens, as a whole and without the scheme of a header. */
export function secretsOf(url: string | URL, { headers = {}, parameters = {} }: PipecatOptions): string[] {
  const { searchParams, username, password } = URL.canParse(String(url)) ? new URL(url) : new URL('ws://nowhere');
  const cookies = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'cookie');
  const texts = [
    ...[...Object.values(headers), ...Object.values(parameters), ...searchParams.values(), username, password],
    ...cookies.flatMap(([, pairs]) => pairs.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1))),
  ];
  return texts.flatMap((text) => [text, text.replace(/^\w+ /, '')]).filter((text) => text.length >= shortest);
}
