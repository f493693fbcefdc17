import { rateLimiter } from '../aws/rate-limiter.ts';

/** AWS's limit per account and Region; one limiter for the process, whoever in it asks. */
export const twoPerSecond = rateLimiter(2);
