/** The files of ours that have no language of their own, by the names that lint knows them by. */
export const Patterns = [
  "**/hookrules{,.local}.{yaml,yml}",
  "**/*.{hookrules,cases}.{yaml,yml}",
  "**/.claude/settings*.json",
  "**/hooks/hooks.json",
];

/** What the language server is asked about. The old side of a comparison is no file, and nothing is told of it. */
export const Ours = [
  ...["hookrules", "hookrules-cases"].flatMap((language) => ["file", "untitled"].map((scheme) => ({ scheme, language }))),
  ...Patterns.map((pattern) => ({ scheme: "file", pattern })),
];

/** What open files may read, so that a change of it is a change of them. */
export const Watched = ["**/*.{hookrules,cases}", ...Patterns];
