namespace HookRules.Compiler.Settings.Json;

/// <summary>Why a text is no JSON, and at which offset.</summary>
internal sealed record JsonTextError(int Offset, string Message, string Fix);
