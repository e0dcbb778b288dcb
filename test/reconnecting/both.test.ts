import { sttSuite } from './stt.ts';
import { suite } from './suite.ts';

suite('both');
sttSuite('both');
