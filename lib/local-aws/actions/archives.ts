import type { Archive } from '../archives.ts';
import { archiveArn, busArn } from '../arn.ts';
import { type Actions, busName, type EventsServiceOptions, epochSeconds } from './context.ts';

export function archiveActions(
  options: EventsServiceOptions,
): Actions<'CreateArchive' | 'DescribeArchive' | 'ListArchives' | 'DeleteArchive'> {
  const { scope, archives } = options;
  return {
    CreateArchive({ ArchiveName, EventSourceArn, Description, EventPattern, RetentionDays = 0 }) {
      const bus = busName(options, EventSourceArn);
      const archive = archives.create({
        name: ArchiveName,
        arn: archiveArn(scope, ArchiveName),
        bus,
        busArn: busArn(scope, bus),
        retentionDays: RetentionDays,
        ...(Description === undefined ? {} : { description: Description }),
        ...(EventPattern === undefined ? {} : { pattern: EventPattern }),
      });
      return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: epochSeconds(archive.created) };
    },
    DescribeArchive: ({ ArchiveName }) => archiveView(archives.get(ArchiveName)),
    ListArchives: ({ NamePrefix, EventSourceArn }) => ({
      Archives: archives
        .list(NamePrefix)
        .filter((archive) => (EventSourceArn ?? archive.busArn) === archive.busArn)
        .map(archiveView),
    }),
    DeleteArchive({ ArchiveName }) {
      archives.delete(ArchiveName);
      return {};
    },
  };
}

function archiveView(archive: Archive): object {
  return {
    ArchiveName: archive.name,
    ArchiveArn: archive.arn,
    EventSourceArn: archive.busArn,
    Description: archive.description,
    EventPattern: archive.pattern,
    State: 'ENABLED',
    RetentionDays: archive.retentionDays,
    SizeBytes: archive.store.bytes,
    EventCount: archive.store.count,
    CreationTime: epochSeconds(archive.created),
  };
}
