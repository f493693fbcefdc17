import { describe, expect, it } from 'vitest';
import { systemsManagerObserve } from '../../../../activities/systems-manager/observe.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const describeSoftware = (answers: Parameters<typeof awsDouble>[0]) =>
  systemsManagerObserve(awsDouble(answers).clients).describeSoftware({ ...place, instanceId: 'i-1' });

describe('reading what is installed', () => {
  it('ends by itself, and says that there is more', async () => {
    const endless = () => ({ Entries: [{ Name: 'nginx' }, { Name: 'bash' }], NextToken: 'more' });
    const found = await describeSoftware({ ListInventoryEntries: endless });
    expect(found).toMatchObject({ truncated: true, total: 80 });
    expect(found.keeping).toHaveLength(40);
  });

  it('keeps no name longer than a name is: the machine writes them', async () => {
    const long = () => ({ Entries: [{ Name: `nginx${'x'.repeat(5_000)}`, Version: 'v'.repeat(5_000) }] });
    const { keeping } = await describeSoftware({ ListInventoryEntries: long });
    expect([keeping[0]?.name.length, keeping[0]?.version?.length]).toEqual([100, 100]);
  });

  it('takes a machine that Systems Manager does not manage for one without inventory, a refusal for none', async () => {
    const unmanaged = { ListInventoryEntries: throwing('InvalidInstanceId', 400) };
    expect(await describeSoftware(unmanaged)).toEqual({ total: 0, truncated: false, keeping: [] });
    const refused = describeSoftware({ ListInventoryEntries: throwing('AccessDeniedException', 400) });
    await expect(refused).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});
