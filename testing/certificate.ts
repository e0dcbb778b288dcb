import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and its certificate, both PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

const hour = 3_600_000;

// DER of the object identifiers that a certificate needs.
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
const commonName = Buffer.from('0603550403', 'hex');
const basicConstraints = Buffer.from('0603551d13', 'hex');
const subjectAltName = Buffer.from('0603551d11', 'hex');

/** Makes a certificate (RFC 5280) for 127.0.0.1 and localhost, signed by itself, for a week. No key is ever published. */
export function makeCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(ecdsaWithSha256);
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, '127.0.0.1'))));
  const now = Date.now();
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1), randomBytes(8)),
    algorithm,
    name,
    // An hour ago, so that a clock that steps back a little does not make it "not yet valid".
    sequence(time(now - hour), time(now + 7 * 24 * hour)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(basicConstraints, der(0x01, Buffer.of(0xff)), der(0x04, sequence(der(0x01, Buffer.of(0xff))))),
        sequence(subjectAltName, der(0x04, sequence(der(0x82, 'localhost'), der(0x87, Buffer.of(127, 0, 0, 1))))),
      ),
    ),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', content, privateKey));
  const lines = sequence(content, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** A value of ASN.1: its tag, its length and its content. */
function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  const { length } = content;
  const long = length < 0x80 ? [] : length < 0x100 ? [0x81] : [0x82, length >> 8];
  return Buffer.concat([Buffer.of(tag, ...long, length & 0xff), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);

/** `UTCTime`, which RFC 5280 wants until 2049. */
function time(ms: number): Buffer {
  return der(0x17, `${new Date(ms).toISOString().slice(2, 19).replace(/\D/g, '')}Z`);
}
