import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import type { ConfigProblem } from '../lib/config/checks.ts';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { parseAppliances } from '../lib/config/yaml.ts';
import { type Deployment, deployment, parseSettings } from './settings.ts';

/** Matches a name that Secrets Manager accepts (`CreateSecret`) or an ARN, because the value goes into an IAM policy. */
const SECRET = /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/;

/**
 * Returns the problems of a configuration that only matter in Lambda, not on one machine.
 *
 * @param exists returns whether the file of a certificate authority exists.
 */
export function deploymentProblems(
  appliances: readonly ApplianceConfig[],
  exists: (ca: string) => boolean,
): ConfigProblem[] {
  return appliances.flatMap(({ credentials, tls }, index): ConfigProblem[] => {
    const problems: ConfigProblem[] = [];
    if (credentials.secret === undefined) {
      problems.push({
        path: ['appliances', index, 'credentials'],
        message: 'functions read credentials from Secrets Manager: set `secret`',
      });
    } else if (!SECRET.test(credentials.secret)) {
      problems.push({
        path: ['appliances', index, 'credentials', 'secret'],
        message: `"${credentials.secret}" is not a name or ARN of Secrets Manager`,
      });
    }
    if (tls.ca !== undefined && !exists(tls.ca)) {
      problems.push({ path: ['appliances', index, 'tls', 'ca'], message: `the file ${tls.ca} does not exist` });
    }
    return problems;
  });
}

/** Resolves a path in appliances.yml, which is relative to that file. */
function resolvePath(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/**
 * Reads appliances.yml and checks it for Lambda.
 *
 * @throws {ConfigurationInvalid}
 */
export function readAppliances(file: string): ApplianceConfig[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationInvalid(`cannot read ${file} (${code}): copy appliances.example.yml and edit it`);
  }
  return parseAppliances(text, file, (appliances) =>
    deploymentProblems(appliances, (ca) => existsSync(resolvePath(file, ca))),
  );
}

/**
 * Reads the deployment that serverless.yml describes.
 *
 * @param custom value of `custom.nspass`.
 * @throws {ConfigurationInvalid}
 */
export function loadDeployment(service: string, stage: string, custom: unknown): Deployment {
  const settings = parseSettings(custom);
  return deployment(`${service}-${stage}`, settings, readAppliances(settings.appliances));
}

/**
 * Returns the files that the functions read: `appliances.json` and the certificate authorities that it names.
 *
 * @returns path in the zip → content.
 * @throws {ConfigurationInvalid}
 */
export function functionFiles(file: string): Map<string, string> {
  const files = new Map<string, string>();
  const appliances = readAppliances(file).map((appliance) => {
    const { ca } = appliance.tls;
    if (ca === undefined) return appliance;
    const packaged = `ca/${appliance.name}.pem`;
    files.set(packaged, readFileSync(resolvePath(file, ca), 'utf8'));
    return { ...appliance, tls: { ...appliance.tls, ca: packaged } };
  });
  files.set('appliances.json', `${JSON.stringify({ appliances }, null, 2)}\n`);
  return files;
}
