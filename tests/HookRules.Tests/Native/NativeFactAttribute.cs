using Xunit;

namespace HookRules.Tests.Native;

/// <summary>A test of the natively compiled programs; skipped, and said so, where there was no compiler to make them.</summary>
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute()
    {
        // Looked at without building it: attributes are read whichever tests are to run.
        if (File.Exists(Repository.PathOf(".build", "runtime", "hookrules.dll")))
            Skip = "the command line of .build/runtime is not native: this machine has no clang or gcc";
    }
}
