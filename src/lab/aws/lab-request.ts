import type { IncomingHttpHeaders } from 'node:http';

/** One AWS call as it arrived: what was sent, byte for byte, and what it says about itself. */
export interface LabRequest {
  method: string;
  /** Path and query exactly as sent: parsing would normalise what the signature covers. */
  target: string;
  url: URL;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  /** Signing name: `ec2`, `s3`, `iam`. An unsigned request is S3's, as on AWS. */
  service: string;
  region: string;
  /** Empty for an unsigned request. */
  accessKeyId: string;
  presigned: boolean;
  /** The SDK's name of the operation. */
  operation: string;
  /** Parameters of a query-protocol call (EC2, IAM, STS); empty for others. */
  form: URLSearchParams;
  /** S3 only. */
  bucket: string;
  key: string;
  sourceAddress: string;
  userAgent: string;
}
