using System.Collections.Immutable;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Files with one scope: the project's own, or that of a pack.</summary>
/// <param name="IsPack">It has a header: it is used by a project, or looked at by itself.</param>
internal sealed record CompilationUnit(Scope Scope, bool IsPack, ImmutableArray<(RulesFileSyntax Syntax, BindContext Context)> Files);
