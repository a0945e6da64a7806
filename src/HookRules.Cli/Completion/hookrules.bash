# hookrules: completion for bash. Put into ~/.bashrc:  eval "$(hookrules completion bash)"
_hookrules() {
  local word=${COMP_WORDS[COMP_CWORD]} found
  COMPREPLY=()
  while IFS= read -r found; do
    case $found in
      "$word"*) COMPREPLY+=("$found") ;;
    esac
  done < <(command hookrules "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
}
complete -o bashdefault -o default -F _hookrules hookrules
