using System.Buffers;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Runtime.Stores;

/// <summary>A store beside the spool, as a plan's <c>queue</c> names it.</summary>
/// <param name="Path">Of the database, from the root; empty where it is a server.</param>
/// <param name="Root">The folder from which a path is named that the plan gives without its root; empty for other paths.</param>
/// <param name="UrlVariable">The variable with the server's URL, which may hold a password: it stands nowhere else.</param>
/// <param name="IsOwn">Of rules that are no part of the project: other machines have no part in them.</param>
internal sealed record QueueAddress(
    QueueKind Kind,
    string Path = "",
    string Root = "",
    string UrlVariable = "",
    string Stream = "",
    bool IsOwn = false
)
{
    private const string Notes = "queues";

    /// <summary>The store that a plan wants; null for the spool.</summary>
    public static QueueAddress? Of(QueueSettings queue, string planPath, Func<string, string?> environment) =>
        queue.Kind switch
        {
            QueueKind.File => null,
            QueueKind.Sqlite => OfFile(queue.Path!, planPath, environment),
            QueueKind.Redis => new(
                queue.Kind,
                UrlVariable: queue.UrlVariable!,
                Stream: queue.Stream!,
                IsOwn: !IsOfProject(planPath, environment)
            ),
            _ => throw new InvalidOperationException($"unknown queue {queue.Kind}"),
        };

    /// <summary>As the rules file says it.</summary>
    public override string ToString() =>
        Kind == QueueKind.Sqlite ? $"queue sqlite \"{Path}\"" : $"queue redis env.{UrlVariable} stream \"{Stream}\"";

    /// <summary>The stores in which something of this project may wait, whatever the plan says by now.</summary>
    public static IReadOnlyList<QueueAddress> Noted(StateFolder state)
    {
        try
        {
            return
            [
                .. Directory
                    .GetFiles(state.Spool(Notes), "*" + FileSpool.Extension)
                    .Order(StringComparer.Ordinal)
                    .Select(path => SpoolFile.TryRead(path, out _))
                    .OfType<byte[]>()
                    .Select(TryRead)
                    .OfType<QueueAddress>(),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Notes it, so that what lies in it is found when no plan names it any more. Null, or why that failed.</summary>
    public string? Note(StateFolder state)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("kind", Kind == QueueKind.Sqlite ? "sqlite" : "redis");
            json.WriteString("path", Path);
            json.WriteString("root", Root);
            json.WriteString("url", UrlVariable);
            json.WriteString("stream", Stream);
            json.WriteBoolean("own", IsOwn);
            json.WriteEndObject();
        }

        return FileSpool.Put(state, Notes, NoteName, default, text.WrittenSpan, default, Durability.Fast);
    }

    public void Forget(StateFolder state)
    {
        try
        {
            File.Delete(state.Spool(Notes, NoteName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then its emptiness is found again.
        }
    }

    private string NoteName => Order.Hash(IsOwn ? $"own {this}" : ToString()) + FileSpool.Extension;

    private static QueueAddress? TryRead(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            QueueKind? kind = json.GetProperty("kind").GetString() switch
            {
                "sqlite" => QueueKind.Sqlite,
                "redis" => QueueKind.Redis,
                _ => null,
            };
            var isOwn = json.TryGetProperty("own", out var own) && own.GetBoolean();
            return kind is { } known ? new(known, Of("path"), Of("root"), Of("url"), Of("stream"), isOwn) : null;

            string Of(string name) => json.GetProperty(name).GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsOfProject(string planPath, Func<string, string?> environment)
    {
        var folder = System.IO.Path.GetDirectoryName(planPath);
        var root = System.IO.Path.GetDirectoryName(ProjectLayout.SettingsFolder(planPath));
        return System.IO.Path.GetFileName(folder) != ProjectLayout.PersonalFolder && root is not null && root != environment("HOME");
    }

    /// <summary>A relative path counts from the folder that holds <c>.claude</c>: the project, or the user's own folder.</summary>
    private static QueueAddress OfFile(string path, string planPath, Func<string, string?> environment)
    {
        if (path is ['~', '/', ..] && environment("HOME") is { Length: > 0 } home)
            return new(QueueKind.Sqlite, System.IO.Path.GetFullPath(System.IO.Path.Join(home, path[2..])));
        var settings = ProjectLayout.SettingsFolder(planPath);
        var root =
            System.IO.Path.GetFileName(settings) == ProjectLayout.ClaudeFolder
                ? System.IO.Path.GetDirectoryName(settings)
                : System.IO.Path.GetDirectoryName(planPath);
        return System.IO.Path.IsPathRooted(path)
            ? new(QueueKind.Sqlite, System.IO.Path.GetFullPath(path))
            : new(QueueKind.Sqlite, System.IO.Path.GetFullPath(path, root ?? "/"), root ?? "");
    }
}
