/** Returns the media type of the metadata of a list's objects, or of one; servers that do not know it send all. */
export function metadataOnly(of: 'list' | 'object'): string {
  const kind = of === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}
