import { describe, expect, it } from 'vitest';
import { silentTracing, TracingInvalid, tracingFromEnvironment } from '../../../lib/tracing/index.ts';

const from = (env: NodeJS.ProcessEnv) => tracingFromEnvironment({ service: 'nspass', onLoss() {} }, env);

describe('tracing of the environment', () => {
  it.each([
    ['no variable', {}],
    ['an empty one', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['tracing switched off', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'true' }],
  ])('is silent with %s', (_what, env) => {
    expect(from(env)).toBe(silentTracing);
  });

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' },
  ])('records with %o', (env) => {
    expect(from(env)).not.toBe(silentTracing);
  });

  it.each(['collector:4318', 'grpc://collector:4317', 'somewhere'])(
    'refuses %s, and says which variable',
    (address) => {
      expect(() => from({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toThrow(TracingInvalid);
      expect(() => from({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toThrow(
        /^OTEL_EXPORTER_OTLP_ENDPOINT must be the URL/,
      );
    },
  );
});
