/** The two framings, on messages that Pipecat's own serializers have made. */
import { describe, expect, test } from 'vitest';
import { protobuf } from '../../pipecat/protobuf.ts';
import { twilio } from '../../pipecat/twilio.ts';

/** From hex digits. */
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Made by Pipecat's frames_pb2.py and json.dumps(), as `ProtobufFrameSerializer` calls them. */
const recorded = {
  audio:
    '123c0887ad4b12154f7574707574417564696f5261774672616d6523371a10000102030405060708090a0b0c0d0e0f20c0bb012801308180808080808010',
  message:
    '22540a527b226c6162656c223a2022727476692d6169222c202274797065223a2022626f742d7265616479222c20226964223a202231222c202264617461223a207b2276657273696f6e223a2022312e302e30227d7d',
  interruption: '2a17084d1213496e74657272757074696f6e4672616d652332',
  transcription:
    '1a48080912145472616e736372697074696f6e4672616d6523301a0b4772c3bcc39f20476f7474220275312a1d323032362d30312d30315430303a30303a30302e3030302b30303a3030',
  text: '0a130805120b546578744672616d6523301a024869',
};

describe('protobuf reads', () => {
  const framing = protobuf({ sampleRate: 16_000 });

  test('audio, which is little-endian, of the sample rate that it names', () => {
    const pcm = Int16Array.of(0x0100, 0x0302, 0x0504, 0x0706, 0x0908, 0x0b0a, 0x0d0c, 0x0f0e);
    expect(framing.read(bytes(recorded.audio))).toEqual({ kind: 'audio', pcm, sampleRate: 24_000 });
  });

  test('audio at an odd place in memory', () => {
    const moved = Uint8Array.from([9, ...bytes(recorded.audio)]).subarray(1);
    expect(framing.read(moved)).toMatchObject({ kind: 'audio', sampleRate: 24_000 });
  });

  test('messages of RTVI', () => {
    const message = { label: 'rtvi-ai', type: 'bot-ready', id: '1', data: { version: '1.0.0' } };
    expect(framing.read(bytes(recorded.message))).toEqual({ kind: 'message', message });
  });

  test('interruptions', () => {
    expect(framing.read(bytes(recorded.interruption))).toEqual({ kind: 'interruption' });
    expect(framing.read(bytes('2a00'))).toEqual({ kind: 'interruption' });
  });

  test('texts and transcriptions', () => {
    const timestamp = '2026-01-01T00:00:00.000+00:00';
    const transcription = { type: 'transcription', text: 'Grüß Gott', user_id: 'u1', timestamp };
    expect(framing.read(bytes(recorded.transcription))).toEqual({ kind: 'message', message: transcription });
    expect(framing.read(bytes(recorded.text))).toEqual({ kind: 'message', message: { type: 'text', text: 'Hi' } });
  });

  test('the last of several frames in one message, as every protobuf does', () => {
    expect(framing.read(bytes(recorded.interruption + recorded.text))).toMatchObject({ kind: 'message' });
    expect(framing.read(bytes(recorded.text + recorded.interruption + recorded.text))).toMatchObject({
      kind: 'message',
    });
  });

  test('nothing in an empty frame, and in a kind of frame that is newer', () => {
    expect(framing.read(bytes(''))).toBeUndefined();
    expect(framing.read(bytes('32021234'))).toBeUndefined();
  });

  test.each([
    ['a text', 'hello'],
    ['a frame that is cut off', bytes(recorded.audio.slice(0, -20))],
    ['a length beyond the frame', bytes('12ffffffff0f')],
    ['a length beyond all numbers', bytes('12ffffffffffffffffff01')],
    ['a number without an end', bytes('12ffffffffffffffffffffff')],
    ['a frame that is a number', bytes('10ffffffff07')],
    ['audio that is a number', bytes('12021805')],
    ['a sample rate that is bytes', bytes('12031a0022')],
    ['a field of number 0', bytes('0000')],
    ['a group of old', bytes('1b1c')],
    ['half a sample', bytes('12051a03010203')],
    ['two channels', bytes('12082802')],
    ['a message that is no JSON', bytes('22030a017b')],
    ['bytes of noise', Uint8Array.from({ length: 64 }, (_, index) => (index * 73 + 41) % 256)],
  ])('%s: it is refused', (_title, data) => {
    expect(() => framing.read(data)).toThrow();
  });

  test('its own frames: audio, and messages', () => {
    const pcm = Int16Array.of(-32768, -1, 0, 1, 32767);
    expect(framing.read(framing.audio(pcm))).toEqual({ kind: 'audio', pcm, sampleRate: 16_000 });
    expect(framing.read(framing.message!({ ä: 1 }))).toEqual({ kind: 'message', message: { ä: 1 } });
  });

  test('it writes the bytes that frames_pb2.py writes', () => {
    // Made by frames_pb2.py from the same content.
    expect(Buffer.from(framing.audio(Int16Array.of(1, -2)) as Uint8Array).toString('hex')).toBe(
      '120b1a040100feff20807d2801',
    );
    expect(Buffer.from(framing.message!({ a: 1 }) as Uint8Array).toString('hex')).toBe('22090a077b2261223a317d');
  });
});

describe('twilio', () => {
  const call = { streamSid: 'MZ1', callSid: 'CA1', parameters: { user: 'Ada' } };
  const parse = (wire: unknown) => JSON.parse(wire as string);

  test('says hello as Twilio does: the two messages that tell Pipecat with whom it talks', () => {
    const [connected, start] = twilio(call).hello().map(parse);
    expect(connected).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    expect(start).toMatchObject({
      event: 'start',
      sequenceNumber: '1',
      streamSid: 'MZ1',
      start: {
        streamSid: 'MZ1',
        callSid: 'CA1',
        customParameters: { user: 'Ada' },
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      },
    });
  });

  test('makes ids of the shape of those of Twilio', () => {
    const { start } = parse(twilio({}).hello()[1]);
    expect(start.streamSid).toMatch(/^MZ[0-9a-f]{32}$/);
    expect(start.callSid).toMatch(/^CA[0-9a-f]{32}$/);
  });

  test('numbers messages and chunks, and counts the time of the audio', () => {
    const framing = twilio(call);
    framing.hello();
    framing.audio(new Int16Array(160));
    expect(parse(framing.dtmf!('5'))).toEqual({
      event: 'dtmf',
      sequenceNumber: '3',
      dtmf: { track: 'inbound_track', digit: '5' },
      streamSid: 'MZ1',
    });
    expect(parse(framing.audio(Int16Array.of(0, 1000, -1000)))).toEqual({
      event: 'media',
      sequenceNumber: '4',
      media: { track: 'inbound', chunk: '2', timestamp: '20', payload: '/85O' },
      streamSid: 'MZ1',
    });
    expect(parse(framing.mark!('m'))).toEqual({
      event: 'mark',
      sequenceNumber: '5',
      mark: { name: 'm' },
      streamSid: 'MZ1',
    });
    expect(parse(framing.bye!())).toMatchObject({ event: 'stop', sequenceNumber: '6', stop: { callSid: 'CA1' } });
  });

  /** As json.dumps() in `TwilioFrameSerializer` writes them. */
  test('reads media and clear, and all else as a message', () => {
    const { read } = twilio(call);
    const media = '{"event": "media", "streamSid": "MZ1", "media": {"payload": "/85O"}}';
    expect(read(media)).toEqual({ kind: 'audio', pcm: Int16Array.of(0, 988, -988), sampleRate: 8000 });
    expect(read('{"event": "clear", "streamSid": "MZ1"}')).toEqual({ kind: 'interruption' });
    const mark = '{"event": "mark", "streamSid": "MZ1", "mark": {"name": "turn 1"}}';
    expect(read(mark)).toEqual({ kind: 'mark', name: 'turn 1' });
    expect(read('{"type": "own"}')).toEqual({ kind: 'message', message: { type: 'own' } });
    expect(read('null')).toEqual({ kind: 'message', message: null });
  });

  test.each([
    '{',
    '',
    '{"event":"media"}',
    '{"event":"media","media":{"payload":5}}',
    '{"event":"media","media":null}',
  ])('%j is refused', (data) => {
    expect(() => twilio(call).read(data)).toThrow();
  });

  test('binary frames are refused', () => {
    expect(() => twilio(call).read(Uint8Array.of(1))).toThrow('binary');
  });
});
