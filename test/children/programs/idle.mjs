import { connect, hangUp } from './cell.mjs';

await hangUp(await connect());
