import { placeholderCertificate } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Engine } from './reconcile.ts';

/** Where the appliance looks for certificates that are named without a path. */
const LOCATION = '/nsconfig/ssl/';

/** Puts the files of the placeholder certificate on the appliance, before the object that names them. */
export async function uploadPlaceholder({ writer, now }: Engine, { names }: PlanContext): Promise<void> {
  const { certificate, key } = await placeholderCertificate(now());
  await writer.upload([
    { name: names.certificateFile, location: LOCATION, content: certificate },
    { name: names.keyFile, location: LOCATION, content: key },
  ]);
}
