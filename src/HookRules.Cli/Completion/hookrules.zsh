#compdef hookrules
# hookrules: completion for zsh. Put into ~/.zshrc, after compinit:  eval "$(hookrules completion zsh)"
_hookrules() {
  local line="${(j: :)words[1,CURRENT]}"
  local -a found
  found=("${(@f)$(command hookrules "[suggest:${#line}]" "$line" 2>/dev/null)}")
  found=(${found:#})
  (( ${#found} )) && compadd -- "${found[@]}" || _files
}
if [ "${funcstack[1]:-}" = _hookrules ]; then _hookrules "$@"; else compdef _hookrules hookrules; fi
