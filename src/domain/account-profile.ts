export interface AccountProfile {
  id: string;
  name: string;
  sensitivity: 'high' | 'medium' | 'low';
  /** `mixed`: the instance's own tag decides. */
  environment: 'production' | 'staging' | 'development' | 'test' | 'mixed';
  /** ARNs; absent in incidents of earlier versions. */
  roles?: { observe: string; contain: string };
}
