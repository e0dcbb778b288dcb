/** The part of a logger that pino, winston and console have in common. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Prints the messages on stderr; the fields are for machines. */
const toStderr: Logger = {
  info: (_, message) => print(message),
  warn: (_, message) => print(message),
  error: (_, message) => print(message),
};

function print(message: string): void {
  process.stderr.write(`${message.replace(/^/gm, 'hangup: ')}\n`);
}

const silent: Logger = { info() {}, warn() {}, error() {} };

export const isSilent = (logger: Logger): boolean => logger === silent;

/** Makes a logger that never throws, because a shutdown goes on without its log. */
export function safeLogger(logger: Logger | false | undefined): Logger {
  if (logger === false) return silent;
  const target = logger ?? toStderr;
  const safe = (level: keyof Logger) => (fields: object, message: string) => {
    try {
      target[level](fields, message);
    } catch {
      // The terminal, or the transport of the logger, has gone.
    }
  };
  return { info: safe('info'), warn: safe('warn'), error: safe('error') };
}
