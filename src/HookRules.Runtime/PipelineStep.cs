namespace HookRules.Runtime;

/// <summary>One step between the spool and the work, as <c>run --explain</c> prints it; it stands beside the code that does it.</summary>
public sealed record PipelineStep(string Name, string Summary);
