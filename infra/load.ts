import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import type { ConfigProblem } from '../lib/config/checks.ts';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { parseAppliances } from '../lib/config/yaml.ts';
import { type Deployment, deployment, parseSettings } from './settings.ts';

/** Names that Secrets Manager takes (`CreateSecret`), or an ARN: what stands in a policy must be what it seems. */
const SECRET = /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/;

/** What must be so where the functions run, and need not be on one machine. */
export function deployable(appliances: readonly ApplianceConfig[], exists: (ca: string) => boolean): ConfigProblem[] {
  return appliances.flatMap(({ credentials, tls }, index): ConfigProblem[] => {
    const problems: ConfigProblem[] = [];
    if (credentials.secret === undefined) {
      problems.push({
        path: ['appliances', index, 'credentials'],
        message: 'functions read credentials from Secrets Manager: give secret',
      });
    } else if (!SECRET.test(credentials.secret)) {
      problems.push({
        path: ['appliances', index, 'credentials', 'secret'],
        message: `"${credentials.secret}" is neither a name nor an ARN of Secrets Manager`,
      });
    }
    if (tls.ca !== undefined && !exists(tls.ca)) {
      problems.push({ path: ['appliances', index, 'tls', 'ca'], message: `the file ${tls.ca} does not exist` });
    }
    return problems;
  });
}

/** A path in appliances.yml counts from where that file is. */
function beside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/** @throws {ConfigurationInvalid} */
export function readAppliances(file: string): ApplianceConfig[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationInvalid(`${file} cannot be read (${code}): copy appliances.example.yml, and change it`);
  }
  return parseAppliances(text, file, (appliances) => deployable(appliances, (ca) => existsSync(beside(file, ca))));
}

/** Reads a deployment from what serverless.yml says. @throws {ConfigurationInvalid} */
export function loadDeployment(service: string, stage: string, custom: unknown): Deployment {
  const settings = parseSettings(custom);
  return deployment(`${service}-${stage}`, settings, readAppliances(settings.appliances));
}

/**
 * The files that the functions read: `appliances.json`, and beside it the authorities that it names.
 *
 * @returns path in the zip → content.
 */
export function functionFiles(file: string): Map<string, string> {
  const files = new Map<string, string>();
  const appliances = readAppliances(file).map((appliance) => {
    const { ca } = appliance.tls;
    if (ca === undefined) return appliance;
    const packaged = `ca/${appliance.name}.pem`;
    files.set(packaged, readFileSync(beside(file, ca), 'utf8'));
    return { ...appliance, tls: { ...appliance.tls, ca: packaged } };
  });
  files.set('appliances.json', `${JSON.stringify({ appliances }, null, 2)}\n`);
  return files;
}
