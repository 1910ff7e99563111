import { afterAll, beforeAll, describe } from 'vitest';
import { NO_ASSETS, requireAssets } from '../../support/envtest.ts';
import { chart } from './chart.ts';
import { conformance } from './conformance.ts';
import { doctor } from './doctor.ts';
import { exporterChart } from './exporter-chart.ts';
import { leadership } from './leadership.ts';
import { live } from './live.ts';
import { NAMESPACE, PATHS, service, slice } from './manifests.ts';
import { reporting } from './reporting.ts';
import { rolling } from './rolling.ts';
import { Stage } from './stage.ts';
import { watching } from './watching.ts';

const assets = await requireAssets();

// One control plane for all of them: it is up in three seconds, and takes 300 MB.
describe.skipIf(assets === undefined)(`a real control plane (${assets === undefined ? NO_ASSETS : 'envtest'})`, () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.set(assets as string);
    await stage.plane.ok('POST', PATHS.namespaces, NAMESPACE);
    await stage.plane.ok('POST', PATHS.services, service('web'));
    await stage.plane.ok('POST', PATHS.slices, slice('web', ['10.1.0.1', '10.1.0.2']));
  });
  afterAll(() => stage?.clear());

  describe('the chart', () => chart(() => stage));
  describe('the chart with exporters', () => exporterChart(() => stage));
  describe('nspass doctor', () => doctor(() => stage));
  describe('watching', () => watching(() => stage));
  describe('reporting', () => reporting(() => stage));
  describe('leadership', () => leadership(() => stage));
  describe('live commands', () => live(() => stage));
  describe('rolling', () => rolling(() => stage));
  describe('conformance', () => conformance(() => stage));
});
