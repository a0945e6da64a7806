using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>What a hook process prints and how it exits; all empty and 0 is "no opinion".</summary>
public sealed record WireOutput(string Stdout, string Stderr, int ExitCode)
{
    public static readonly WireOutput Silent = new("", "", 0);
}

/// <summary>Turns a decision into what Claude Code reads, for each event as it honours it (spec: claude-code-hooks.md 2.3).</summary>
public static class DecisionWire
{
    private static readonly JsonWriterOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static WireOutput Write(string @event, Decision decision)
    {
        if (decision.IsNone)
            return WireOutput.Silent;

        var form = HookEvents.Find(@event)?.Answer ?? AnswerForm.Block;
        var denied = decision.Permission == DecisionKind.Deny;
        if (form == AnswerForm.BlockOrText && !denied)
            return decision.Contexts.IsEmpty ? WireOutput.Silent : new WireOutput(string.Join('\n', decision.Contexts), "", 0);

        if (form == AnswerForm.Outcome)
            return WireOutput.Silent;
        if (form == AnswerForm.Path)
            return decision.Fields.FirstOrDefault(field => field.Name == OutputField.WorktreePath) is { } path
                ? new WireOutput(Plain(path.Json), "", 0)
                : WireOutput.Silent;

        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        if (decision.StopReason is { } stop)
        {
            json.WriteBoolean("continue"u8, false);
            json.WriteString("stopReason"u8, Printable.Text(stop));
        }

        if (decision.Warnings.Length > 0)
            json.WriteString("systemMessage"u8, Printable.Text(string.Join('\n', decision.Warnings)));

        // With "continue: false" the whole teammate stops and nothing is left to block.
        var byExitCode = form == AnswerForm.ExitCode && decision.BlockReason is not null && decision.StopReason is null;
        if (decision.BlockReason is { } block && form != AnswerForm.ExitCode)
            WriteBlock(json, block);
        else if (denied && !HasPermission(form))
            WriteBlock(json, decision.PermissionReason);

        WriteSpecific(json, @event, form, decision);
        json.WriteEndObject();
        json.Flush();

        var text = buffer.WrittenCount > 2 ? Encoding.UTF8.GetString(buffer.WrittenSpan) : "";
        return byExitCode ? new WireOutput(text, Printable.Text(decision.BlockReason!), 2) : new WireOutput(text, "", 0);
    }

    private static string Plain(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.ValueKind == JsonValueKind.String ? Payload.StringOf(json.RootElement) : "";
    }

    private static void WriteBlock(Utf8JsonWriter json, string? reason)
    {
        json.WriteString("decision"u8, "block"u8);
        json.WriteString("reason"u8, Shown(reason));
    }

    /// <summary>A permission has a spelling of its own there; elsewhere <c>deny</c> is spelled <c>decision: block</c>.</summary>
    private static bool HasPermission(AnswerForm form) => form is AnswerForm.PermissionDecision or AnswerForm.Behavior or AnswerForm.Action;

    private static void WriteSpecific(Utf8JsonWriter json, string @event, AnswerForm form, Decision decision)
    {
        var (permission, reason) = (decision.Permission, decision.PermissionReason);
        // "continue: false" alone lets this one call of a tool through before the turn ends.
        var isCall = form == AnswerForm.PermissionDecision && HookEvents.Find(@event) is { IsToolEvent: true };
        if (isCall && decision.StopReason is not null && permission != DecisionKind.Deny)
            (permission, reason) = (DecisionKind.Deny, decision.StopReason);

        var hasPermission = permission is not null && HasPermission(form);
        var hasContext = decision.Contexts.Length > 0 && form != AnswerForm.BlockOrText; // It has no specific output.
        var fields = decision.Fields.Where(field => IsHeard(field.Name, form, permission)).ToList();
        if (!hasPermission && !hasContext && fields.Count == 0)
            return;

        json.WriteStartObject("hookSpecificOutput"u8);
        json.WriteString("hookEventName"u8, @event);
        if (hasPermission)
            WritePermission(json, form, permission!.Value, reason, fields);
        if (hasContext)
            json.WriteString("additionalContext"u8, string.Join('\n', decision.Contexts));
        if (form != AnswerForm.Behavior)
            WriteFields(json, fields);
        json.WriteEndObject();
    }

    /// <summary>What stands beside a decision that voids it would be refused, or seen by nobody.</summary>
    private static bool IsHeard(string field, AnswerForm form, DecisionKind? permission) =>
        (form, permission) switch
        {
            (AnswerForm.Behavior, _) => permission == (field == "interrupt" ? DecisionKind.Deny : DecisionKind.Allow),
            (AnswerForm.Action, DecisionKind.Deny) => false,
            (AnswerForm.PermissionDecision, DecisionKind.Deny) => field != OutputField.UpdatedInput,
            _ => true,
        };

    private static void WriteFields(Utf8JsonWriter json, List<OutputField> fields)
    {
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            json.WriteRawValue(field.Json, skipInputValidation: true);
        }
    }

    private static void WritePermission(
        Utf8JsonWriter json,
        AnswerForm form,
        DecisionKind permission,
        string? reason,
        List<OutputField> fields
    )
    {
        switch (form)
        {
            case AnswerForm.Behavior:
                json.WriteStartObject("decision"u8);
                json.WriteString("behavior"u8, DecisionWords.Of(permission));
                if (permission == DecisionKind.Deny)
                    json.WriteString("message"u8, Shown(reason));
                WriteFields(json, fields);
                json.WriteEndObject();
                break;
            case AnswerForm.Action:
                json.WriteString("action"u8, "decline"u8);
                break;
            default:
                json.WriteString("permissionDecision"u8, DecisionWords.Of(permission));
                json.WriteString("permissionDecisionReason"u8, Shown(reason));
                break;
        }
    }

    // Reasons and warnings stand on the user's terminal, with what a payload put into them; contexts are read by the model alone.
    private static string? Shown(string? reason) => reason is null ? null : Printable.Text(reason);
}
