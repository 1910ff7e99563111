export type { LineProblem } from './config/read.ts';
export type { ConsoleOptions } from './console.ts';
export type { MemberAddress, SimulatedEndpoint } from './data/endpoint-map.ts';
export type { FrontendEvent } from './data/frontends.ts';
export type { Fault, FaultRule, OnRequest, RequestInfo } from './faults.ts';
export type { SimulatorOptions } from './options.ts';
export type { Simulator, SimulatorSettings } from './simulator.ts';
export { startSimulator } from './start-simulator.ts';
