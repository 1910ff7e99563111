export interface SnapshotRequest {
  readonly reason: string;
  /** Flagged whatever it absorbs, for an operator or a resync; protocol rule 4 may demand it besides. */
  readonly flagged?: boolean;
  readonly confirmed?: boolean;
  readonly takesOver?: boolean;
  readonly verify?: Iterable<string>;
}

/** Returns one request for both. @param waiting undefined where none waits. */
export function mergeRequests(waiting: SnapshotRequest | undefined, request: SnapshotRequest): SnapshotRequest {
  if (waiting === undefined) return request;
  return {
    reason: waiting.reason === request.reason ? request.reason : `${waiting.reason}, ${request.reason}`,
    flagged: waiting.flagged === true || request.flagged === true,
    confirmed: waiting.confirmed === true || request.confirmed === true,
    takesOver: waiting.takesOver === true || request.takesOver === true,
    verify: new Set([...(waiting.verify ?? []), ...(request.verify ?? [])]),
  };
}
