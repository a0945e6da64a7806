# Written by `hookrules compile`. Starts the hook process; what it does stands in plan.json beside this file.
# The entries of the settings file read this with `.`, with this folder in $hr and the hook's arguments set. Where no runtime is found
# they say so, or refuse where a rule is closed, with what $hr_why and $hr_mend are then.
case ${0##*/} in hook) hr=${0%/*} ;; esac
hr_runtime=
{ IFS= read -r hr_runtime <"$hr/local"; } 2>/dev/null
if [ -n "$hr_runtime" ] && [ -x "$hr_runtime/hookrules-hook" ]; then
  exec "$hr_runtime/hookrules-hook" --plan "$hr/plan.json" "$@"
fi
if command -v hookrules-hook >/dev/null 2>&1; then
  exec hookrules-hook --plan "$hr/plan.json" "$@"
fi
hr_runtime=${XDG_DATA_HOME:-${HOME-}/.local/share}/hookrules/@VERSION@
if [ -x "$hr_runtime/hookrules-hook" ]; then
  exec "$hr_runtime/hookrules-hook" --plan "$hr/plan.json" "$@"
fi
hr_why='the hookrules runtime is not installed on this machine'
hr_mend='install hookrules @VERSION@, then run: hookrules compile'
exit 1
