// Finds images and actions that are named by a tag. A tag can be moved to other content, a digest and a commit cannot.
import type { RepositoryFile } from './repository-files.ts';

/** Files that name images and actions: Dockerfiles, YAML, and pages. */
const READ = /(^|\/)Dockerfile$|\.ya?ml$|\.md$/;
/** Templates of the chart name values, not images. */
const TEMPLATES = /^infra\/helm\/templates\//;
const DIGEST = /@sha256:[0-9a-f]{64}$/;
const COMMIT = /@[0-9a-f]{40}$/;
/** Actions that this project provides: its users choose the version. */
const OWN = /^OWNER\//;

/** Returns the images and actions in a file that no digest or commit pins, as lines to print. */
export function unpinnedReferences({ path, text }: RepositoryFile): string[] {
  if (!READ.test(path) || TEMPLATES.test(path)) return [];
  const stages = new Set([...text.matchAll(/^FROM\s.*\sAS\s+(\S+)\s*$/gim)].map(([, stage]) => stage));
  return text.split('\n').flatMap((line, index) => {
    const at = `${path}:${index + 1}`;
    const image = path.endsWith('Dockerfile')
      ? /^(?:FROM\s+(?:--\S+\s+)*|ARG\s+\w*IMAGE=|# syntax=)([^\s$]+)/i.exec(line)?.[1]
      : /^\s*(?:- )?image:\s*["']?([^\s"'#{]+)/.exec(line)?.[1];
    if (image !== undefined && image !== 'scratch' && !stages.has(image) && !DIGEST.test(image)) {
      return [`${at}: the image ${image} is not pinned: add @sha256:… (docker buildx imagetools inspect ${image})`];
    }
    const action = /^\s*(?:- )?uses:\s*["']?([^\s"'#]+)/.exec(line)?.[1];
    if (action !== undefined && !action.startsWith('./') && !OWN.test(action) && !COMMIT.test(action)) {
      return [`${at}: the action ${action} is not pinned: name the commit of the tag, and the tag in a comment`];
    }
    return [];
  });
}
