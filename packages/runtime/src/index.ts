export { availableDevices, createSession, defaultWorkers, evaluate } from "./node.js";
export type { LogLevel, Optimization, SessionOptions } from "./options.js";
export type { Session } from "./session.js";
