/** Whether AWS refused a call because the caller may not make it; EC2 calls that UnauthorizedOperation, others AccessDenied. */
export const isDenial = (errorCode = ''): boolean =>
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden/i.test(errorCode);
