using HookRules.Hook;

HookTime.Begin();
using var answer = HookProcess.Run(HookArguments.Parse(args));
if (StandardStreams.Write(answer.Output))
    answer.Told();
return answer.Output.ExitCode;
