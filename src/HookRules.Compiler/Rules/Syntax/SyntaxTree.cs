namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Walks what was read: every node with what stands in it.</summary>
internal static class SyntaxTree
{
    /// <summary>A node and all below it, each before what stands in it.</summary>
    public static IEnumerable<SyntaxNode> From(SyntaxNode node)
    {
        var waiting = new List<SyntaxNode> { node };
        while (waiting.Count > 0)
        {
            var next = waiting[^1];
            waiting.RemoveAt(waiting.Count - 1);
            yield return next;
            var first = waiting.Count;
            foreach (var child in Children(next))
                if (child is not null)
                    waiting.Add(child);
            waiting.Reverse(first, waiting.Count - first);
        }
    }

    private static IEnumerable<SyntaxNode?> Children(SyntaxNode node) =>
        node switch
        {
            StatementSyntax statement => OfStatement(statement),
            ConditionSyntax condition => OfCondition(condition),
            ModifierSyntax modifier => OfModifier(modifier),
            ItemSyntax item => OfItem(item),
            HandlerSyntax handler => OfHandler(handler),
            ValueSyntax value => OfValue(value),
            TriggerSyntax trigger => [.. trigger.Words, trigger.Where],
            TriggerWordSyntax word => [word.Text],
            RegexSyntax regex => [regex.Source, regex.Constant],
            WordSyntax word => [word.Text, word.Regex],
            WordsSyntax words => words.Words,
            StageSyntax stage => stage.Items,
            StageListSyntax list => list.Stages,
            ActionBodySyntax body => [body.Handler, .. body.Modifiers],
            MemberSyntax member => [member.Key, member.Value],
            DurationSyntax duration => [duration.Constant],
            CountSyntax count => [count.Constant],
            NameSyntax => [],
            _ => throw new InvalidOperationException($"unknown node {node.GetType().Name}"),
        };

    private static IEnumerable<SyntaxNode?> OfStatement(StatementSyntax statement) =>
        statement switch
        {
            ActionSyntax action => [action.Name, action.Handler, .. action.Modifiers],
            LetSyntax let => [let.Name, let.Value],
            RuleSyntax rule => [rule.Name, rule.Trigger, .. rule.Stages, .. rule.OnFailure],
            QueueSyntax queue => [queue.Kind, queue.Place, queue.Stream],
            FeedbackSyntax feedback => [feedback.Mode],
            InstallSyntax install => [install.Command],
            RecordSyntax record => [record.Mode, .. record.With, .. record.Without],
            RequiresSyntax requires => [requires.Version],
            LintSyntax lint => [lint.Code, lint.Level],
            PackSyntax pack => [pack.Name, pack.Version],
            ParamSyntax param => [param.Name, param.Type, param.Default],
            UseSyntax use => [use.Reference, use.With, use.Alias],
            DisableSyntax disable => [disable.Rule],
            ConsumerSyntax or DurabilitySyntax or SkippedSyntax => [],
            _ => throw new InvalidOperationException($"unknown statement {statement.GetType().Name}"),
        };

    private static IEnumerable<SyntaxNode?> OfCondition(ConditionSyntax condition) =>
        condition switch
        {
            AllSyntax all => all.Terms,
            AnySyntax any => any.Terms,
            NotSyntax not => [not.Term],
            ExistsSyntax exists => [exists.Field],
            CompareSyntax compare => [compare.Field, compare.Sign, .. compare.Values],
            ConstantConditionSyntax constant => [constant.Constant],
            MatchesSyntax matches => [matches.Field, matches.Regex],
            InGlobSyntax glob => [glob.Field, glob.Glob],
            RunsSyntax runs => [runs.Word, runs.Commands, runs.With, runs.Without, runs.Outside, runs.Variables],
            OpaqueSyntax opaque => [opaque.Word],
            TouchesSyntax touches => [touches.Word, touches.Files],
            PipesSyntax pipes => [pipes.Word, pipes.From, pipes.Into],
            ForkBombSyntax bomb => [bomb.Word],
            _ => throw new InvalidOperationException($"unknown condition {condition.GetType().Name}"),
        };

    private static IEnumerable<SyntaxNode?> OfItem(ItemSyntax item) =>
        item switch
        {
            DecisionSyntax decision => [decision.Word, decision.Text],
            SetSyntax set => [set.Word, .. set.Changes, set.Replaced],
            ReplySyntax reply => [reply.Word, reply.Fields],
            ReferenceSyntax reference => [reference.Action, .. reference.Modifiers],
            InlineActionSyntax action => [action.Handler, .. action.Modifiers],
            NativeSyntax native => [native.Word, native.Subject, native.Input, native.Fields],
            AwaitSyntax awaited => [awaited.Word, .. awaited.Actions, .. awaited.Modifiers],
            _ => throw new InvalidOperationException($"unknown step {item.GetType().Name}"),
        };

    private static IEnumerable<SyntaxNode?> OfHandler(HandlerSyntax handler) =>
        handler switch
        {
            RunSyntax run => [run.Word, run.Command],
            ShellSyntax shell => [shell.Word, shell.Script],
            HttpSyntax http => [http.Word, http.Method, http.Url, http.Headers, http.Body],
            MessageSyntax message => [message.Word, message.Text, message.Line, message.Webhook],
            _ => throw new InvalidOperationException($"unknown handler {handler.GetType().Name}"),
        };

    private static IEnumerable<SyntaxNode?> OfModifier(ModifierSyntax modifier) =>
        modifier switch
        {
            DedupSyntax dedup => [dedup.Word, dedup.Length, .. dedup.By],
            DebounceSyntax debounce => [debounce.Word, debounce.Length, debounce.Most, .. debounce.By],
            ThrottleSyntax throttle => [throttle.Word, throttle.Count, throttle.Length],
            BatchSyntax batch => [batch.Word, batch.Length],
            TimeoutSyntax timeout => [timeout.Word, timeout.Length],
            RetrySyntax retry => [retry.Word, retry.Count, retry.Backoff],
            CountModifierSyntax count => [count.Word, count.Count],
            NameModifierSyntax name => [name.Word, name.Name],
            FolderSyntax folder => [folder.Word, folder.Folder],
            VariablesSyntax variables => [variables.Word, variables.Variables],
            BusySyntax or FlagSyntax => [modifier.Word],
            _ => throw new InvalidOperationException($"unknown modifier {modifier.GetType().Name}"),
        };

    private static IEnumerable<SyntaxNode?> OfValue(ValueSyntax value) =>
        value switch
        {
            ListSyntax list => list.Items,
            MapSyntax map => map.Members,
            StringSyntax or EnvSyntax or PayloadSyntax or ConstantSyntax or DurationValueSyntax or LiteralSyntax => [],
            _ => throw new InvalidOperationException($"unknown value {value.GetType().Name}"),
        };
}
