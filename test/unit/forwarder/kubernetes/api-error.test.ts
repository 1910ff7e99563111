import { describe, expect, it } from 'vitest';
import { ApiError, ApiTimeoutError, apiError, watchFailure } from '../../../../lib/forwarder/kubernetes/api-error.ts';

describe('verdict', () => {
  it.each([
    ['a version that is gone', new ApiError(410, 'Gone', ''), 'expired'],
    ['a continue that expired', new ApiError(410, 'Expired', ''), 'expired'],
    [
      'a version of a future that a restore undid',
      new ApiError(504, 'Timeout', 'Timeout: Too large resource version: 9, current: 7'),
      'expired',
    ],
    ['an expired token', new ApiError(401, 'Unauthorized', ''), 'unauthorized'],
    ['a missing permission', new ApiError(403, 'Forbidden', ''), 'unreadable'],
    ['a kind that is not served', new ApiError(404, 'NotFound', ''), 'unreadable'],
    ['a list without watch', new ApiError(405, 'MethodNotAllowed', ''), 'unreadable'],
    ['throttling', new ApiError(429, 'TooManyRequests', ''), 'failed'],
    ['a server in trouble', new ApiError(500, 'InternalError', ''), 'failed'],
    ['silence', new ApiTimeoutError('nothing'), 'failed'],
    ['a reset connection', new Error('aborted'), 'failed'],
  ])('of %s', (_what, error, expected) => {
    expect(watchFailure(error)).toBe(expected);
  });
});

describe('apiError', () => {
  it('reads reason and message of a Status, and how long to wait', () => {
    const error = apiError(429, '{"reason":"TooManyRequests","message":"too many"}', { 'retry-after': '3' });
    expect(error).toMatchObject({ status: 429, reason: 'TooManyRequests', message: 'too many', retryAfterMs: 3_000 });
  });

  it.each([
    ['nothing', '', 'HTTP 502'],
    ['a page of a proxy', ' <html>Bad Gateway</html> ', '<html>Bad Gateway</html>'],
    ['JSON that is no Status', 'null', 'HTTP 502'],
    ['JSON of wrong types', '{"reason":1,"message":{}}', 'HTTP 502'],
  ])('makes a message of %s', (_what, body, message) => {
    expect(apiError(502, body)).toMatchObject({ reason: '', message });
  });

  it('keeps a message short', () => {
    expect(apiError(500, 'x'.repeat(10_000)).message).toHaveLength(300);
  });

  it.each(['Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1.5', '999999', ''])(
    'waits for no Retry-After of "%s"',
    (header) => {
      expect(apiError(503, '', { 'retry-after': header }).retryAfterMs).toBeUndefined();
    },
  );
});
