import { readFileSync } from 'node:fs';
import type { OverlayOptions } from '../../overlays/seams/overlay-options.ts';
import type { Dial, Line, SocketCell, Stream } from '../contract/driver.ts';
import { driverOf } from '../contract/drivers/index.ts';
import { nameOf, socketCells } from '../support/cells.ts';
import type { Delivery } from '../support/sdk.ts';

/** The order of a parent to a child that drives a kind of connection through the contract's driver. */
export interface Order {
  cell: string;
  url: string;
  caFile: string;
  /** The argument of the shutdown call. */
  force?: boolean | undefined;
  /** For `overlay()`. */
  options?: OverlayOptions | undefined;
  cycles?: number;
}

const variable = 'HANGUP_TEST_ORDER';

export function environmentOf(order: Order): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    NODE_OPTIONS: '--disable-warning=HangupWarning',
    NODE_EXTRA_CA_CERTS: order.caFile,
    [variable]: JSON.stringify(order),
  };
}

/** In the child: the order, its cell, and a line to the parent's server. */
export async function receiveOrder(): Promise<{ order: Order; cell: SocketCell; dial: () => ReturnType<Dial> }> {
  const order = JSON.parse(process.env[variable]!) as Order;
  const delivery = order.cell.split(' ').at(-1) as Delivery;
  const cell = socketCells(delivery).find((cell) => nameOf(cell) === order.cell)!;
  const dial = await driverOf(cell).load(cell);
  const ca = readFileSync(order.caFile, 'utf8');
  return { order, cell, dial: () => dial({ url: order.url, ca }, order.options && { overlay: order.options }) };
}

/** A stream on a connected line, of which something has arrived. */
export async function stream(line: Line): Promise<Stream> {
  await line.opened;
  const stream = line.speak('a');
  while (stream.arrived < 2) await new Promise((resolve) => setTimeout(resolve, 2));
  return stream;
}

export const say = (word: unknown) => process.stdout.write(`${word}\n`);
