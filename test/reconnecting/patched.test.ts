import { suite } from './suite.ts';

suite('patched');
