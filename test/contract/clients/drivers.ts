import type { SocketCell } from '../driver.ts';
import { cartesia } from './cartesia.ts';
import { cartesiaClient } from './cartesia-client.ts';
import { compatClient } from './compat-client.ts';
import type { ClientDriver } from './driver.ts';
import { nestedClient } from './nested-client.ts';

const drivers: readonly ClientDriver[] = [cartesia, cartesiaClient, compatClient, nestedClient];

export const hasDriver = ({ target }: Pick<SocketCell, 'target'>): boolean =>
  drivers.some(({ family }) => family === target.family);

export const driverOf = ({ target }: Pick<SocketCell, 'target'>): ClientDriver =>
  drivers.find(({ family }) => family === target.family)!;
