using HookRules.Hook;

var answer = HookProcess.Run(HookArguments.Parse(args));
StandardStreams.Write(answer);
return answer.ExitCode;
