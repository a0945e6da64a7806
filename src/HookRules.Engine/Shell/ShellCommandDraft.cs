namespace HookRules.Engine;

/// <summary>A simple command of which not all words are read yet.</summary>
internal sealed class ShellCommandDraft(int nestedFrom)
{
    public List<ShellWord> Words { get; } = [];
    public List<(string Name, List<string>? Value)> Assignments { get; } = [];
    public List<ShellWord> Outputs { get; } = [];

    /// <summary>Files that the shell opens for reading.</summary>
    public List<ShellWord> Inputs { get; } = [];
    public string? Input { get; set; }
    public bool HasHereDocument { get; set; }

    /// <summary>What became of it.</summary>
    public ShellCommand? Command { get; set; }
    public int NestedFrom { get; } = nestedFrom;
    public bool IsEmpty =>
        Words.Count == 0 && Assignments.Count == 0 && Outputs.Count == 0 && Inputs.Count == 0 && !HasHereDocument && Input is null;
}
