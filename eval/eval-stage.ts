import { CreateStoreImageTaskCommand, DescribeStoreImageTasksCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../src/lab/account.ts';
import type { AwsLab } from '../src/lab/aws/aws-lab.ts';
import type { TrailRecord } from '../src/lab/aws/trail-record.ts';
import { clientsOf } from '../src/lab/clients.ts';
import type { Foundation } from '../src/lab/foundation.ts';
import { addGrants, enableAcls, putText, serviceGrants, Stage, type InstanceTags } from '../src/lab/stage.ts';
import type { Ticket } from '../test/support/sources/atlassian.ts';

export const minutes = (count: number): number => count * 60_000;
export const days = (count: number): number => minutes(count * 24 * 60);

/** A stage with a past, and with addresses of its own: scenes that share one were related. */
export class EvalStage extends Stage {
  /** Documentation ranges; the files of the evaluation say where each of them is. */
  readonly addresses: { office: string; abroad: string; hosting: string };
  /** What stands in Jira. */
  readonly tickets: Ticket[];
  readonly #names: string[];

  constructor(lab: AwsLab, foundation: Foundation, { number, tickets }: { number: number; tickets: Ticket[] }) {
    const suffix = `-eval${String(number).padStart(2, '0')}`;
    super(lab, foundation, { exportMs: 200, suffix });
    const host = 100 + number;
    this.addresses = { office: `198.51.100.${host}`, abroad: `192.0.2.${host}`, hosting: `203.0.113.${host}` };
    this.tickets = tickets;
    this.#names = [suffix];
  }

  override async instance(tags: InstanceTags): Promise<string> {
    const id = await super.instance(tags);
    this.#names.push(id);
    return id;
  }

  /** Everything in this scene so far was so much earlier. */
  timePasses = (ms: number): Promise<void> => this.lab.control.timePasses(ms, this.#names);

  /** The same credentials in use at another address. */
  elsewhere(caller: Caller, sourceAddress: string): Caller {
    return { ...caller, sourceAddress, clients: clientsOf(this.lab, caller.credentials, sourceAddress) };
  }

  /** Lets the export service write to a bucket, by its ACL. */
  async letServiceIn(bucket: string): Promise<void> {
    const { s3 } = this.victim.admin;
    await enableAcls(s3, bucket);
    await addGrants(s3, bucket, ...serviceGrants);
  }

  /** The real call, and its record, once the image lies there: while it is stored, no other export begins. */
  async storeImage(actor: Caller, imageId: string, bucket: string): Promise<TrailRecord> {
    await this.inPlaceOfAnExport(async () => {
      await actor.clients.ec2.send(new CreateStoreImageTaskCommand({ ImageId: imageId, Bucket: bucket }));
      await this.imageStored(imageId);
    });
    const { accessKeyId } = actor.credentials;
    const record = (await this.lab.control.trail({ eventName: 'CreateStoreImageTask', accessKeyId })).at(-1);
    if (!record) throw new Error('the lab recorded no stored image');
    return record;
  }

  private async imageStored(imageId: string): Promise<void> {
    const command = new DescribeStoreImageTasksCommand({ ImageIds: [imageId] });
    for (let attempt = 0; attempt < 200; attempt++) {
      const { StoreImageTaskResults: tasks = [] } = await this.victim.admin.ec2.send(command);
      if (tasks.every(({ StoreTaskState }) => StoreTaskState === 'Completed')) return;
      await sleep(100);
    }
    throw new Error('the image was not stored');
  }

  /** Access logs have to reach past the end of an export, in whole seconds, before their silence says anything (P8). */
  async logGoesOn(bucket: string): Promise<void> {
    const { s3 } = this.victim.admin;
    await putText(s3, bucket, 'readme.txt', 'of this bucket\n');
    await sleep(1100);
    await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'readme.txt' }));
  }
}
