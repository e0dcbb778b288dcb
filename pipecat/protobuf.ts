import { PbfReader, PbfWriter } from 'pbf';
import type { Framing, Said, Wire } from './framing.ts';

/** The fields of Pipecat's `Frame`, of which each message on the wire has one. */
const field = { text: 1, audio: 2, transcription: 3, message: 4, interruption: 5 } as const;
const known: readonly number[] = Object.values(field);
/** The wire type of texts, bytes and messages. That of numbers is 0. */
const lengthDelimited = 2;

type Fields = ReadonlyMap<number, number | Uint8Array>;

/** The frames of Pipecat's `ProtobufFrameSerializer`: PCM of any sample rate, and RTVI messages. */
export function protobuf({ sampleRate }: { sampleRate: number }): Framing {
  return {
    sampleRate,

    hello: () => [],

    audio: (pcm) =>
      frame(field.audio, (writer) => {
        writer.writeBytesField(3, bytesOf(pcm));
        writer.writeVarintField(4, sampleRate);
        writer.writeVarintField(5, 1);
      }),

    read(data) {
      if (typeof data === 'string') throw new TypeError('it is text, and protobuf frames are binary');
      const frames = fieldsOf(data);
      // The last one counts, as everywhere in protobuf.
      const kind = [...frames.keys()].at(-1);
      // A newer Pipecat may have more kinds.
      if (kind === undefined || !known.includes(kind)) return undefined;
      return said(kind, fieldsOf(bytesAt(frames, kind)));
    },

    message: (message) => frame(field.message, (writer) => writer.writeStringField(1, JSON.stringify(message))),
  };
}

function frame(kind: number, write: (writer: PbfWriter) => void): Wire {
  const writer = new PbfWriter();
  writer.writeMessage(kind, (_, content) => write(content), undefined);
  return writer.finish();
}

function said(kind: number, fields: Fields): Said {
  switch (kind) {
    case field.audio: {
      const channels = numberAt(fields, 5);
      if (channels > 1) throw new RangeError(`audio of ${channels} channels`);
      return { kind: 'audio', pcm: samplesOf(bytesAt(fields, 3)), sampleRate: numberAt(fields, 4) };
    }
    case field.message:
      return { kind: 'message', message: JSON.parse(textAt(fields, 1)) };
    case field.text:
      return { kind: 'message', message: { type: 'text', text: textAt(fields, 3) } };
    case field.transcription: {
      const [text, user_id, timestamp] = [textAt(fields, 3), textAt(fields, 4), textAt(fields, 5)];
      return { kind: 'message', message: { type: 'transcription', text, user_id, timestamp } };
    }
    default:
      return { kind: 'interruption' };
  }
}

/** @throws {Error} when the bytes are no message of protobuf */
function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new PbfReader(bytes);
  const fields = reader.readFields<Map<number, number | Uint8Array>>((tag, all) => {
    all.delete(tag);
    if (reader.type === lengthDelimited) all.set(tag, reader.readBytes());
    else if (reader.type === 0) all.set(tag, reader.readVarint());
  }, new Map());
  // The library stops at a field of number 0, and reads past the end of a frame that is cut off.
  if (reader.pos !== bytes.length) throw new RangeError('it is no protobuf frame');
  return fields;
}

function bytesAt(fields: Fields, tag: number): Uint8Array {
  const value = fields.get(tag) ?? new Uint8Array();
  if (typeof value === 'number') throw new TypeError(`field ${tag} is a number`);
  return value;
}

const textAt = (fields: Fields, tag: number): string => new TextDecoder().decode(bytesAt(fields, tag));

function numberAt(fields: Fields, tag: number): number {
  const value = fields.get(tag) ?? 0;
  if (typeof value !== 'number') throw new TypeError(`field ${tag} is no number`);
  return value;
}

/** Samples are little-endian on the wire, whatever the machine. */
function bytesOf(pcm: Int16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(pcm.length * 2));
  for (let index = 0; index < pcm.length; index++) view.setInt16(index * 2, pcm[index]!, true);
  return new Uint8Array(view.buffer);
}

function samplesOf(bytes: Uint8Array): Int16Array {
  if (bytes.length % 2 !== 0) throw new RangeError('audio that ends in the middle of a sample');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pcm = new Int16Array(bytes.length / 2);
  for (let index = 0; index < pcm.length; index++) pcm[index] = view.getInt16(index * 2, true);
  return pcm;
}
