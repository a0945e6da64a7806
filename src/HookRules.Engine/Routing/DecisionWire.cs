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

        var denied = decision.Permission == DecisionKind.Deny;
        // Plain text there becomes compact instructions, but only when it is all that is said.
        if (@event == "PreCompact" && !denied)
            return decision.Contexts.IsEmpty ? WireOutput.Silent : new WireOutput(string.Join('\n', decision.Contexts), "", 0);

        // A command there cannot answer with JSON: its last line is the path.
        if (@event == "WorktreeCreate")
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

        // There, exit code 2 blocks; with "continue: false" the whole teammate stops and nothing is left to block.
        var blocksByExitCode = @event is "TaskCompleted" or "TeammateIdle";
        var byExitCode = blocksByExitCode && decision.BlockReason is not null && decision.StopReason is null;
        if (decision.BlockReason is { } block && !blocksByExitCode)
            WriteBlock(json, block);
        else if (denied && UsesBlock(@event))
            WriteBlock(json, decision.PermissionReason);

        WriteSpecific(json, @event, decision);
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

    /// <summary>The events on which <c>deny</c> is spelled <c>decision: block</c>.</summary>
    private static bool UsesBlock(string @event) =>
        @event is "UserPromptSubmit" or "UserPromptExpansion" or "PreCompact" or "ConfigChange" or "TaskCreated";

    private static void WriteSpecific(Utf8JsonWriter json, string @event, Decision decision)
    {
        var (permission, reason) = (decision.Permission, decision.PermissionReason);
        // "continue: false" alone lets this one call through before the turn ends.
        if (@event is "PreToolUse" or HookEvents.SkillCommand && decision.StopReason is not null && permission != DecisionKind.Deny)
            (permission, reason) = (DecisionKind.Deny, decision.StopReason);

        var hasPermission = permission is not null && !UsesBlock(@event);
        var hasContext = decision.Contexts.Length > 0 && @event != "PreCompact"; // It has no specific output.
        var fields = decision.Fields.Where(field => IsHeard(field.Name, @event, permission)).ToList();
        if (!hasPermission && !hasContext && fields.Count == 0)
            return;

        json.WriteStartObject("hookSpecificOutput"u8);
        json.WriteString("hookEventName"u8, @event);
        if (hasPermission)
            WritePermission(json, @event, permission!.Value, reason, fields);
        if (hasContext)
            json.WriteString("additionalContext"u8, string.Join('\n', decision.Contexts));
        if (@event != "PermissionRequest")
            WriteFields(json, fields);
        json.WriteEndObject();
    }

    /// <summary>What stands beside a decision that voids it would be refused, or seen by nobody.</summary>
    private static bool IsHeard(string field, string @event, DecisionKind? permission) =>
        (@event, permission) switch
        {
            ("PermissionRequest", _) => permission == (field == "interrupt" ? DecisionKind.Deny : DecisionKind.Allow),
            ("Elicitation" or "ElicitationResult", DecisionKind.Deny) => false,
            ("PreToolUse", DecisionKind.Deny) => field != OutputField.UpdatedInput,
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
        string @event,
        DecisionKind permission,
        string? reason,
        List<OutputField> fields
    )
    {
        switch (@event)
        {
            case "PermissionRequest":
                json.WriteStartObject("decision"u8);
                json.WriteString("behavior"u8, Spelling(permission));
                if (permission == DecisionKind.Deny)
                    json.WriteString("message"u8, Shown(reason));
                WriteFields(json, fields);
                json.WriteEndObject();
                break;
            case "Elicitation" or "ElicitationResult":
                json.WriteString("action"u8, "decline"u8);
                break;
            default:
                json.WriteString("permissionDecision"u8, Spelling(permission));
                json.WriteString("permissionDecisionReason"u8, Shown(reason));
                break;
        }
    }

    // Reasons and warnings stand on the user's terminal, with what a payload put into them; contexts are read by the model alone.
    private static string? Shown(string? reason) => reason is null ? null : Printable.Text(reason);

    private static string Spelling(DecisionKind permission) =>
        permission switch
        {
            DecisionKind.Deny => "deny",
            DecisionKind.Defer => "defer",
            DecisionKind.Ask => "ask",
            DecisionKind.Allow => "allow",
            _ => throw new InvalidOperationException($"{permission} is no permission"),
        };
}
