import { describe, expect, test } from 'vitest';
import { javaMapValue } from '../../../../src/domain/cloudtrail/java-map.ts';

const request =
  '{instanceId=i-0123456789abcdef0, exportToS3={diskImageFormat=VMDK, s3Prefix=a/b=c, s3Bucket=acme}, targetEnvironment=vmware}';

describe("Java's map notation", () => {
  test.each([
    ['instanceId', 'i-0123456789abcdef0'],
    ['s3Bucket', 'acme'],
    ['s3Prefix', 'a/b=c'],
    ['targetEnvironment', 'vmware'],
    ['s3bucket', undefined],
    ['Bucket', undefined],
    ['exportToS3', undefined],
    ['absent', undefined],
  ])('%s is %s', (key, value) => {
    expect(javaMapValue(request, key)).toBe(value);
  });

  test('keeps commas that no key follows', () => {
    expect(javaMapValue('{description=one, two, three, instanceId=i-1}', 'description')).toBe('one, two, three');
  });

  test('does not take the value of a tag for a key', () => {
    expect(javaMapValue('{tags=[{key=s3Bucket, value=evil}], exportToS3={s3Bucket=acme}}', 's3Bucket')).toBe('acme');
  });

  test('does not guess when a value imitates another key', () => {
    expect(javaMapValue('{s3Prefix=x, s3Bucket=innocent, s3Bucket=acme}', 's3Bucket')).toBeUndefined();
  });

  test.each(['{S3Bucket=acme, Description=x, s3Bucket=innocent}', '{Description=x, S3Bucket=innocent, s3Bucket=acme}'])(
    'nor when it imitates one in the other spelling: %s',
    (source) => expect(javaMapValue(source, 's3Bucket')).toBeUndefined(),
  );

  test('takes time in proportion to the text', () => {
    const long = `{a=${', '.repeat(200_000)}, s3Bucket=acme}`;
    expect(javaMapValue(long, 's3Bucket')).toBe('acme');
  });
});
