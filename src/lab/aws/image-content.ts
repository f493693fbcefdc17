import { createCipheriv, createHash } from 'node:crypto';

/** The exported image's bytes: random to look at, the same for the same task, so a proof can compare them. */
export function imageContent(taskId: string, size: number): Buffer {
  const key = createHash('sha256').update(taskId).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
