import { contract } from './contract.ts';

contract('patched');
