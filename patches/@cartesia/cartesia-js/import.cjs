/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: 9a88bcd02ebb71d6b45b749a49b2113d08e5b685c2b4bee53b8fb2c5d2a80597 */
// Node searches a CommonJS file that an ES module imports for what it exports: for the runtime, that takes 10 ms.
const runtime = require("./runtime.cjs");
module.exports = runtime;
