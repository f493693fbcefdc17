import { LAB_ACCOUNTS, rootCredentials, type LabCredentials } from './accounts.ts';
import { labControl, type LabControl } from './control.ts';
import type { ProxyOptions } from './lab-state.ts';
import { startMinistack } from './ministack.ts';
import { startProxy } from './server.ts';

export { FORENSICS, MANAGEMENT, OUTSIDER, VICTIM } from './accounts.ts';
export { withSourceAddress } from './source-address.ts';

export interface AwsLabOptions extends Partial<ProxyOptions> {
  /** Of the endpoint; a free one by default. */
  port?: number;
  /** Told about slow steps, one line each. */
  progress?: (line: string) => void;
}

/** A running AWS without an AWS account: clients need its endpoint and credentials, nothing else. */
export interface AwsLab {
  endpoint: string;
  accounts: typeof LAB_ACCOUNTS;
  /** The account's root user: for setting scenes; policies do not bind it. */
  root(accountId: string): LabCredentials;
  control: LabControl;
  stop(): Promise<void>;
}

const DEFAULTS: ProxyOptions = {
  exportMs: 2000,
  imageBytes: 64 * 1024,
  sparseActiveTasks: false,
  trailLagMs: 0,
  trailFileMs: 1000,
  logFlushMs: 1000,
  lookupEventsPerSecond: undefined,
};

export async function startAwsLab(options: AwsLabOptions = {}): Promise<AwsLab> {
  const { port, progress = () => undefined, ...proxyOptions } = options;
  const ministack = await startMinistack(progress);
  try {
    const proxy = await startProxy(ministack.url, { ...DEFAULTS, ...proxyOptions }, port);
    return {
      endpoint: proxy.endpoint,
      accounts: LAB_ACCOUNTS,
      root: rootCredentials,
      control: labControl(proxy.endpoint),
      stop: async () => {
        await proxy.close();
        await ministack.stop();
      },
    };
  } catch (cause) {
    await ministack.stop();
    throw cause;
  }
}
