/** An error that an AWS service returns; the code is the name of the SDK's exception. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const notFound = (what: string) => new ServiceError('ResourceNotFoundException', `${what} does not exist.`);
export const alreadyThere = (what: string) =>
  new ServiceError('ResourceAlreadyExistsException', `${what} already exists.`);
export const invalid = (why: string) => new ServiceError('ValidationException', why);
export const illegalStatus = (why: string) => new ServiceError('IllegalStatusException', why);
export const invalidPattern = (why: string) =>
  new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${why}`);
