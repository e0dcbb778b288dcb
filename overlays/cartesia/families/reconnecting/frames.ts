import type { ServerMessage } from './shapes.ts';

/** The meaning of a frame for the streams of a connection. */
export type Verdict =
  /** The SDK can read it, or ignores it, or throws at once, which is caught. */
  | 'plain'
  /** The SDK of 1.0.0 fails on it, and it ends nothing. */
  | 'unknown'
  /** The provider reports an error. */
  | { error: ServerMessage }
  /** The SDK would fail to decode it, in a promise that nobody looks at. */
  | { fault: string; message: ServerMessage | undefined };

export interface FrameShape {
  /** Bytes of one sample of the encoding. */
  sampleBytes: number;
  /** 1.0.0 takes every message that is not the end of its stream for audio. */
  allAudio: boolean;
}

/**
 * Looks at a text frame before the SDK does. For most frames a few searches for characters suffice, without parsing: this is
 * the hot path.
 */
export function inspect(frame: string, shape: FrameShape): Verdict {
  return isPlain(frame, shape) ? 'plain' : read(frame, shape);
}

const dataKey = '"data":';

function isPlain(frame: string, { sampleBytes, allAudio }: FrameShape): boolean {
  const at = frame.indexOf(dataKey);
  if (at < 0) return !allAudio && !frame.includes('"error"') && !frame.includes('\\');
  let from = at + dataKey.length;
  if (frame.charCodeAt(from) === space) from++;
  if (frame.charCodeAt(from) !== quote) return false;
  from++;
  const to = frame.indexOf('"', from);
  if (to < 0 || frame.includes('\\')) return false;
  // The rest is short, and must not hold a second value of that name.
  if (frame.slice(0, at).includes('"error"')) return false;
  const rest = frame.slice(to);
  return !rest.includes('"error"') && !rest.includes('"data"') && isWholeAudio(frame, from, to, sampleBytes);
}

const space = 0x20;
const quote = 0x22;
const padding = 0x3d;

/** Looks at the length only, as `base64-js` does, which the SDK uses. */
function isWholeAudio(text: string, from: number, to: number, sampleBytes: number): boolean {
  const length = to - from;
  if (length % 4 !== 0) return false;
  if (length === 0) return true;
  const padded = text.charCodeAt(to - 1) !== padding ? 0 : text.charCodeAt(to - 2) !== padding ? 1 : 2;
  const firstPadding = text.indexOf('=', from);
  if (firstPadding >= 0 && firstPadding < to - padded) return false;
  return ((length / 4) * 3 - padded) % sampleBytes === 0;
}

function read(frame: string, shape: FrameShape): Verdict {
  const message = parse(frame);
  // The SDK throws on it at once, which is caught.
  if (typeof message !== 'object' || message === null) return 'plain';
  if (message.type === 'error' || (typeof message.error === 'string' && message.error !== '')) {
    return { error: message };
  }
  const { data, done, type } = message;
  if (done) return 'plain';
  if (type !== 'chunk' && !(shape.allAudio && data !== undefined)) return shape.allAudio ? 'unknown' : 'plain';
  if (data === undefined || data === '') return shape.allAudio && data === undefined ? 'unknown' : 'plain';
  if (typeof data !== 'string')
    return { fault: `audio that is ${data === null ? 'null' : `a ${typeof data}`}`, message };
  if (isWholeAudio(data, 0, data.length, shape.sampleBytes)) return 'plain';
  return { fault: `audio of ${data.length} characters, which is no whole number of samples`, message };
}

function parse(frame: string): ServerMessage | null | undefined {
  try {
    return JSON.parse(frame) as ServerMessage | null;
  } catch {
    return undefined;
  }
}
