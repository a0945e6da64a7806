# hookrules: completion for fish. Once:  hookrules completion fish >~/.config/fish/completions/hookrules.fish
function __hookrules_complete
    set -l line (commandline -cp)
    command hookrules "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete -c hookrules -a '(__hookrules_complete)'
