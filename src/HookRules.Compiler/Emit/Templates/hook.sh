#!/bin/sh
# Written by `hookrules compile`. Starts the hook process; what it does stands in plan.json beside this file.
here=${0%/*}
runtime=
{ IFS= read -r runtime <"$here/local"; } 2>/dev/null
if [ -n "$runtime" ] && [ -x "$runtime/hookrules-hook" ]; then
  exec "$runtime/hookrules-hook" --plan "$here/plan.json" "$@"
fi
if command -v hookrules-hook >/dev/null 2>&1; then
  exec hookrules-hook --plan "$here/plan.json" "$@"
fi
runtime=${XDG_DATA_HOME:-${HOME-}/.local/share}/hookrules/@VERSION@
if [ -x "$runtime/hookrules-hook" ]; then
  exec "$runtime/hookrules-hook" --plan "$here/plan.json" "$@"
fi
for argument do
  if [ "$argument" = --closed ]; then
    echo 'hookrules: the hookrules runtime is not installed on this machine, and the rules for this call must not be skipped: install hookrules @VERSION@, then run "hookrules compile"' >&2
    exit 1
  fi
done
printf '%s\n' '{"systemMessage":"hookrules: the hookrules runtime is not installed on this machine, so the rules of this project are not applied: install hookrules @VERSION@, then run \"hookrules compile\""}'
exit 0
