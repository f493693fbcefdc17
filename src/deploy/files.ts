import { cloudFormation } from './cloudformation.ts';
import { terraform } from './terraform.ts';
import { templates } from './templates.ts';

/** What deploy/iam holds: path in it → content. */
export const iamFiles = (): Record<string, string> =>
  Object.fromEntries(
    templates.flatMap((template) => [
      [`cloudformation/${template.name}.yaml`, cloudFormation(template)],
      [`terraform/${template.name}/main.tf`, terraform(template)],
    ]),
  );
