import { Socket } from 'node:net';

const dials = new Map<number, number>();
const { connect } = Socket.prototype;

Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  // Node itself hands on an array of the arguments.
  const [first] = args.flat(1) as [{ port?: unknown }];
  const port = Number(first.port);
  dials.set(port, (dials.get(port) ?? 0) + 1);
  return connect.apply(this, args as never);
};

/** How many connections this process has begun to a server: that itself hears of one a moment later. */
export const dialsTo = (url: string): number => dials.get(Number(new URL(url).port)) ?? 0;
