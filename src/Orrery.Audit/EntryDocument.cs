using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Audit;

/// <summary>Entries as they go over the wire.</summary>
internal static class EntryDocument
{
    /// <param name="entry">In its place.</param>
    /// <param name="key">Of its subject; null when they were erased.</param>
    public static AuditEntry Of(SealedEntry entry, byte[]? key)
    {
        using var document = JsonDocument.Parse(entry.Body);
        var body = document.RootElement;
        string? Text(string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;
        var id = Text("entry_id")!;
        var personal = key is not null && Text("personal") is { } hidden ? Subjects.Decrypt(hidden, id, key) : null;
        return new()
        {
            EntryId = id,
            Seq = entry.Seq,
            At = DateTimeOffset.FromUnixTimeMilliseconds(body.GetProperty("at").GetInt64()),
            SealedAt = DateTimeOffset.FromUnixTimeMilliseconds(entry.SealedAt),
            Action = Text("action")!,
            ObjectKind = Text("object_kind")!,
            ObjectId = Text("object_id")!,
            Outcome = Text("outcome")!,
            Reason = Text("reason"),
            Actor = Text("actor")!,
            Name = personal?.Name,
            Address = personal?.Address,
            Method = Text("method"),
            TokenId = Text("token_id"),
            RequestId = Text("request_id"),
            Before = Text("before"),
            After = Text("after"),
            Detail = body.TryGetProperty("detail", out var detail) ? detail.Clone() : null,
            Hash = Convert.ToHexStringLower(entry.Hash),
        };
    }
}
