import alawmulaw from 'alawmulaw';
import { uuid } from '../overlays/foreign/uuid.ts';
import type { Framing, Said, Wire } from './framing.ts';

const { mulaw } = alawmulaw;

interface Call {
  streamSid?: string | undefined;
  callSid?: string | undefined;
  parameters?: Record<string, string> | undefined;
}

interface BotMessage {
  event?: unknown;
  media?: { payload?: unknown };
  mark?: { name?: unknown };
}

const sampleRate = 8000;
const accountSid = 'AC'.padEnd(34, '0');

/** An id of Twilio's shape: two letters and 32 digits. */
const sid = (letters: string): string => letters + uuid().replaceAll('-', '');

/**
 * The Twilio side of Twilio's media streams: JSON, with μ-law of 8000 Hz in base64.
 * https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export function twilio({ streamSid = sid('MZ'), callSid = sid('CA'), parameters = {} }: Call): Framing {
  let sequence = 0;
  let chunk = 0;
  let samples = 0;
  /** Every message but the first has a number, which is text as all numbers here. */
  const message = (event: string, content: object): string =>
    JSON.stringify({ event, sequenceNumber: String(++sequence), ...content, streamSid });

  return {
    sampleRate,

    // Pipecat reads these two to learn that it talks to Twilio, and which call it is.
    hello: () => [
      JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }),
      message('start', {
        start: {
          streamSid,
          accountSid,
          callSid,
          tracks: ['inbound'],
          customParameters: parameters,
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate, channels: 1 },
        },
      }),
    ],

    audio(pcm) {
      const timestamp = String(Math.round((samples * 1000) / sampleRate));
      samples += pcm.length;
      const payload = Buffer.from(mulaw.encode(pcm)).toString('base64');
      return message('media', { media: { track: 'inbound', chunk: String(++chunk), timestamp, payload } });
    },

    read,
    mark: (name) => message('mark', { mark: { name } }),
    dtmf: (digit) => message('dtmf', { dtmf: { track: 'inbound_track', digit } }),
    bye: () => message('stop', { stop: { accountSid, callSid } }),
  };
}

function read(data: Wire): Said | undefined {
  if (typeof data !== 'string') throw new TypeError('it is binary, and Twilio frames are text');
  const message: BotMessage | null = JSON.parse(data);
  const { event, media, mark } = message ?? {};
  if (event === 'media') {
    if (typeof media?.payload !== 'string') throw new TypeError('a media event without a payload');
    return { kind: 'audio', pcm: mulaw.decode(Buffer.from(media.payload, 'base64')), sampleRate };
  }
  if (event === 'clear') return { kind: 'interruption' };
  if (event === 'mark' && typeof mark?.name === 'string') return { kind: 'mark', name: mark.name };
  // A bot may send messages of its own.
  return { kind: 'message', message };
}
