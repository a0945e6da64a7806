using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Where a program runs and which variables it is given: <c>in</c> and <c>env</c>.</summary>
internal static class ProgramPlace
{
    /// <summary>What such a variable holds decides which program or library runs, and what comes from an event must not.</summary>
    private static readonly ImmutableHashSet<string> Deciding = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "PATH",
        "HOME",
        "ENV",
        "BASH_ENV",
        "IFS",
        "SHELL",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "GIT_PAGER",
        "GIT_EDITOR",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_EXTERNAL_DIFF",
        "NODE_OPTIONS",
        "NODE_PATH",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PERL5LIB",
        "PERL5OPT",
        "RUBYLIB",
        "RUBYOPT",
        "JAVA_TOOL_OPTIONS"
    );

    /// <summary>Null where it is wrong, which is reported.</summary>
    public static string? Folder(FolderSyntax syntax, BindContext context)
    {
        if (context.Resolve(syntax.Folder) is not { } value)
            return null;
        if (value is not StringSyntax text)
            return context.None<string>(DiagnosticCatalog.WrongValue(context.At(value), "\"in\"", "a folder, as a text"));
        var folder = text.IsConstant ? text.Text : new TextBinder(context).Expanded(text.Text, text.Part).Text;
        var parts = folder.Split('/', '\\');
        if (
            string.IsNullOrWhiteSpace(folder)
            || Path.IsPathRooted(folder)
            || folder[0] is '~' or '$'
            || folder.Contains('{', StringComparison.Ordinal)
            || parts.Contains("..")
        )
            return context.None<string>(DiagnosticCatalog.BadActionFolder(context.At(syntax.Folder), folder));
        return folder;
    }

    public static ImmutableArray<KeyValuePair<string, TextValue>> Variables(VariablesSyntax syntax, TextBinder texts, BindContext context)
    {
        var variables = ImmutableArray.CreateBuilder<KeyValuePair<string, TextValue>>();
        foreach (var member in syntax.Variables.Members)
        {
            var name = member.Key.Text;
            if (!TextBinder.IsVariable(name))
                context.Report(DiagnosticCatalog.BadVariable(context.At(member.Key), name));
            else if (name == "CLAUDE_PROJECT_DIR" || name.StartsWith("HOOK_", StringComparison.Ordinal))
                context.Report(DiagnosticCatalog.VariableIsSet(context.At(member.Key), name));
            else if (texts.Value(member.Value, $"the value of \"{name}\"") is not { } value)
                continue;
            else if (value is TextValue.Text { Template.HasFields: true } && Decides(name))
                context.Report(DiagnosticCatalog.VariableDecides(context.At(member.Value), name));
            else if (variables.Any(variable => variable.Key == name))
                context.Report(DiagnosticCatalog.VariableTwice(context.At(member.Key), name));
            else
                variables.Add(KeyValuePair.Create(name, value));
        }

        return variables.ToImmutable();
    }

    private static bool Decides(string name) =>
        Deciding.Contains(name)
        || name.StartsWith("LD_", StringComparison.Ordinal)
        || name.StartsWith("DYLD_", StringComparison.Ordinal)
        || name.StartsWith("GIT_CONFIG", StringComparison.Ordinal);
}
