// What tests of several packages need of the operating system. Private: neither built nor published.
export { findProgram } from "./find-program.js";
export { freePort, freeUdpPort } from "./free-port.js";
export { Program, type ProgramOptions } from "./program.js";
export { TcpRelay } from "./tcp-relay.js";
