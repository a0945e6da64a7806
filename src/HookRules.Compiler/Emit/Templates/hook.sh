# Written by `hookrules compile`. Starts the hook process; what it does stands in plan.json beside this file.
# The entries of the settings file read this with `.`, with this folder in $hr and the hook's arguments set. Where no runtime is found
# they say so, or refuse where a rule is closed, with what $hr_why and $hr_mend are then. Nothing here starts a process but the hook.
case ${0##*/} in hook) hr=${0%/*} ;; esac

hr_has() { [ -f "$1/hookrules-hook" ] && [ -s "$1/hookrules-hook" ] && [ -x "$1/hookrules-hook" ] && hr_runtime=$1; }

# A file of this machine that names the folder of its runtime. A link or a relative path is not compile's.
hr_named() {
  hr_line=
  [ -f "$1" ] && [ ! -L "$1" ] && { IFS= read -r hr_line <"$1" || :; } 2>/dev/null
  case $hr_line in /*) hr_has "$hr_line" ;; *) return 1 ;; esac
}

hr_checkout=

# In a git worktree the file that git ignores stands in the main checkout alone. There .git is a file that names it.
hr_main() {
  hr_root=$hr
  while [ -n "$hr_root" ] && [ ! -e "$hr_root/.git" ]; do hr_root=${hr_root%/*}; done
  hr_line=
  [ -f "$hr_root/.git" ] && { IFS= read -r hr_line <"$hr_root/.git" || :; } 2>/dev/null
  case $hr_line in 'gitdir: '*/.git/worktrees/*) ;; *) return 1 ;; esac
  hr_line=${hr_line#gitdir: }
  hr_line=${hr_line%/.git/worktrees/*}
  case $hr_line in /*) ;; *) hr_line=$hr_root/$hr_line ;; esac
  hr_checkout=$hr_line${hr#"$hr_root"}
  hr_named "$hr_checkout/local"
}

# What `hookrules install` and `hookrules compile` of this user keep up to date.
hr_users() {
  case ${XDG_DATA_HOME-} in /*) hr_has "$XDG_DATA_HOME/hookrules/current" && return ;; esac
  [ -n "${HOME-}" ] || return 1
  hr_has "$HOME/.local/share/hookrules/current" || hr_has "$HOME/Library/Application Support/hookrules/current"
}

# The package of this platform: npm installs no other. pnpm puts it beside what the link to the package leads to.
hr_npm() {
  for hr_root in "${hr%/.claude/*}" "${hr_checkout%/.claude/*}"; do
    [ -n "$hr_root" ] || continue
    for hr_line in "$hr_root/node_modules/@hookrules"/*/bin "$hr_root/node_modules/hookrules/../@hookrules"/*/bin; do
      hr_has "$hr_line" && return
    done
  done
  return 1
}

# bash leaves at once where exec fails, past the trap that says so.
hr_start() {
  hr_why='the hookrules runtime of this machine cannot be started'
  hr_mend='run: hookrules doctor'
  command -v shopt >/dev/null 2>&1 && shopt -s execfail
  exec "$@"
}

if hr_named "$hr/local" || hr_main || hr_users || hr_npm; then
  hr_start "$hr_runtime/hookrules-hook" --plan "$hr/plan.json" "$@"
  exit 1
elif command -v hookrules-hook >/dev/null 2>&1; then
  hr_start hookrules-hook --plan "$hr/plan.json" "$@"
  exit 1
fi
hr_why='the hookrules runtime is not installed on this machine'
hr_mend={{ mend }}
exit 1
