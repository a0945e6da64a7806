namespace HookRules.Compiler;

/// <summary>Whose rules these are: each layer has settings and a plan of its own, and all of them run side by side.</summary>
public enum Layer
{
    /// <summary>The team's, committed.</summary>
    Project,

    /// <summary>One person's for this project, ignored by git.</summary>
    Personal,

    /// <summary>One person's for every project.</summary>
    User,

    /// <summary>Those of a plugin, wherever it is installed.</summary>
    Plugin,
}
