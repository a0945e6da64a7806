using HookRules.Tests.Hook;
using Xunit;

namespace HookRules.Tests.Native;

/// <summary>A test of the natively compiled programs; skipped, and said so, where there was no compiler to make them.</summary>
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute()
    {
        if (File.Exists(Path.Combine(HookProject.RuntimeFolder, "hookrules.dll")))
            Skip = "the command line of .build/runtime is not native: this machine has no clang or gcc";
    }
}
