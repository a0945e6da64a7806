namespace HookRules.Engine;

public static partial class ChildProcess
{
    private static ChildResult StartFailed(ChildSpec spec, string program, int error) =>
        error switch
        {
            Libc.ENOENT when !Directory.Exists(spec.Folder) => ChildResult.Failed(
                ChildResult.NotFound,
                $"the folder {spec.Folder} does not exist"
            ),
            Libc.ENOENT when File.Exists(program) => ChildResult.Failed(
                ChildResult.NotFound,
                $"{spec.Argv[0]} cannot be started: the interpreter that its first line names is missing"
            ),
            Libc.ENOENT => ChildResult.Failed(ChildResult.NotFound, $"{spec.Argv[0]} does not exist"),
            _ => NotStarted(spec.Argv[0], "started", error),
        };

    private static ChildResult NoResources(string what, int error) => NotStarted(what, "made", error);

    private static ChildResult NotStarted(string what, string done, int error)
    {
        var why = $"{what} cannot be {done}: {Libc.Describe(error)}";
        return error is Libc.EAGAIN or Libc.ENOMEM or Libc.ENFILE or Libc.EMFILE
            ? ChildResult.NoRoom(why)
            : ChildResult.Failed(ChildResult.NotExecutable, why);
    }
}
