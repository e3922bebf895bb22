using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary>An entry in ArcSight's Common Event Format, version 0, as SIEMs read it. Without what is personal.</summary>
internal static class CefLine
{
    public static byte[] Of(SealedEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Body);
        var body = document.RootElement;
        string? Text(string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;
        var action = Text("action")!;
        var refused = Text("outcome") == "refused";
        var line = new StringBuilder("CEF:0|Orrery|Orrery|1|");
        line.Append(Header(action)).Append('|').Append(Header(action)).Append('|').Append(refused ? '6' : '3').Append('|');
        line.Append(CultureInfo.InvariantCulture, $"rt={body.GetProperty("at").GetInt64()} externalId={entry.Seq}");
        Add(line, "suid", Text("actor"));
        Add(line, "act", action);
        Add(line, "outcome", refused ? "failure" : "success");
        Add(line, "reason", Text("reason"));
        Add(line, "cs1Label", "objectKind");
        Add(line, "cs1", Text("object_kind"));
        Add(line, "cs2Label", "objectId");
        Add(line, "cs2", Text("object_id"));
        Add(line, "cs3Label", "entryId");
        Add(line, "cs3", Text("entry_id"));
        Add(line, "cs4Label", "hash");
        Add(line, "cs4", Convert.ToHexStringLower(entry.Hash));
        line.Append(CultureInfo.InvariantCulture, $" cn1Label=workspace cn1={entry.Workspace}");
        return Encoding.UTF8.GetBytes(line.ToString());
    }

    private static void Add(StringBuilder line, string key, string? value)
    {
        if (value is not null)
            line.Append(' ').Append(key).Append('=').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal)
                .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
    }

    private static string Header(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
