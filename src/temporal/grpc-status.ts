import { isGrpcServiceError } from '@temporalio/client';

/** The gRPC status codes that we tell apart. */
const codes = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;
type Status = keyof typeof codes;

/** Whether a call ended with this status. */
export const hasStatusCode = ({ code }: { code: number }, status: Status): boolean => code === codes[status];

/** Whether a call to Temporal failed with one of these. */
export const hasStatus = (error: unknown, ...statuses: Status[]): boolean =>
  isGrpcServiceError(error) && statuses.some((status) => codes[status] === (error.code as number));
