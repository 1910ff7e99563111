/** Calls of services whose SDK clients are no dependencies: by their wire protocols, unsigned but for the scope. */
export class CloudApi {
  readonly endpoint: string;
  readonly region: string;

  constructor(endpoint: string, region: string) {
    this.endpoint = endpoint;
    this.region = region;
  }

  /** AWS Query, as CloudFormation speaks it. @returns the XML. */
  async query(service: string, version: string, params: Record<string, string>): Promise<string> {
    return this.#send(service, '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Version: version, ...params }).toString(),
    });
  }

  /** AWS JSON 1.1. */
  async json(service: string, target: string, body: unknown): Promise<Record<string, unknown>> {
    const text = await this.#send(service, '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(body),
    });
    return text === '' ? {} : JSON.parse(text);
  }

  /** REST, as S3 and Lambda speak it. */
  rest(service: string, method: string, path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<string> {
    return this.#send(service, path, { method, ...(body === undefined ? {} : { body }) });
  }

  async #send(service: string, path: string, init: RequestInit): Promise<string> {
    const credential = `test/20260101/${this.region}/${service}/aws4_request`;
    const response = await fetch(`${this.endpoint}${path}`, {
      ...init,
      headers: {
        ...(init.headers as Record<string, string> | undefined),
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${init.method} ${path}: ${response.status} ${text.slice(0, 2000)}`);
    return text;
  }
}
