import { allow } from '../../src/lab/account.ts';
import { SOURCE_ADDRESS_HEADER } from '../../src/lab/aws/request.ts';
import { putText } from '../../src/lab/stage.ts';
import { presigned } from '../presigned.ts';
import type { SetScene } from '../scene.ts';
import { exporting, machineAndBucket, month, production, somebody, working } from './parts.ts';

const leaflet = 'leaflets/summer.pdf';

export const presignedDownload: SetScene = async (stage, twin) => {
  const { addresses, lab } = stage;
  const old = await machineAndBucket(stage, production);
  await putText(stage.victim.admin.s3, old.bucket, leaflet, 'for everybody\n');
  const actor = await somebody(stage, 'milan.kos', working, exporting, allow('s3:GetObject'));
  await month(stage, () => Promise.resolve(actor));

  const { task, record } = await stage.export(actor, old);
  await stage.exportFinished(task);
  const key = twin ? leaflet : (task?.ExportToS3Task?.S3Key ?? '');
  const link = presigned(lab.endpoint, actor.credentials, { bucket: old.bucket, key });
  const read = await fetch(link, { headers: { [SOURCE_ADDRESS_HEADER]: addresses.abroad } });
  if (!read.ok) throw new Error(`the link does not work: ${read.status}`);
  const bytes = (await read.arrayBuffer()).byteLength;
  await stage.logGoesOn(old.bucket);
  return {
    records: [record],
    names: {
      actor: actor.arn,
      accessKey: actor.credentials.accessKeyId,
      downloader: addresses.abroad,
      bytes: String(bytes),
    },
  };
};
