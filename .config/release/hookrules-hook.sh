#!/bin/sh
# The hook where no native program exists for this kind of machine: started on .NET.
exec dotnet "${0%/*}/hookrules-hook.dll" "$@"
