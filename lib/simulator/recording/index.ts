export { RecordInvalid, recordOf } from './exchange-record.ts';
export { Recorder } from './recorder.ts';
export { parseRecording, Recording } from './recording.ts';
export { type StandIn, type StandInOptions, startProxy, startReplay } from './stand-in.ts';
export type { Upstream } from './upstream.ts';
