// The frames of Pipecat's `ProtobufFrameSerializer`, written by hand: a bot that shared this code with hangup's own client
// would make the same mistakes.

/** The kinds of frames that the bot has to know, by their field. */
export const frameKinds = { audio: 2, message: 4, interruption: 5 } as const;

export interface PipecatFrame {
  kind: number | undefined;
  /** The content of an audio frame: PCM of 16 bits, little-endian. */
  audio?: Uint8Array;
  sampleRate?: number;
  /** The content of a message frame: JSON. */
  data?: string;
}

type Field = [tag: number, value: number | Uint8Array | string];

/** Makes a frame. @param fields the fields of its content, by their numbers */
export function encodeFrame(kind: number, fields: readonly Field[]): Buffer {
  return Buffer.concat([...field([kind, Buffer.concat(fields.flatMap(field))])]);
}

function field([tag, value]: Field): Buffer[] {
  if (typeof value === 'number') return [varint(tag << 3), varint(value)];
  const bytes = Buffer.from(value as Uint8Array);
  return [varint((tag << 3) | 2), varint(bytes.length), bytes];
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.of(...bytes, rest);
    bytes.push((rest % 128) | 128);
  }
}

export function decodeFrame(bytes: Buffer): PipecatFrame {
  const [[kind, content] = [undefined, Buffer.alloc(0)]] = fieldsOf(bytes);
  const fields = new Map(fieldsOf(Buffer.from(content as Uint8Array)));
  if (kind === frameKinds.message) return { kind, data: Buffer.from(fields.get(1) as Uint8Array).toString() };
  return { kind, audio: fields.get(3) as Uint8Array, sampleRate: fields.get(4) as number };
}

function fieldsOf(bytes: Buffer): [tag: number, value: number | Uint8Array][] {
  const fields: [number, number | Uint8Array][] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const value = number();
    if (key % 8 === 0) fields.push([key >> 3, value]);
    else {
      fields.push([key >> 3, bytes.subarray(at, at + value)]);
      at += value;
    }
  }
  return fields;
}
