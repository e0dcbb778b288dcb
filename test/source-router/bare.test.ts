import { suite } from './suite.ts';

suite('bare');
