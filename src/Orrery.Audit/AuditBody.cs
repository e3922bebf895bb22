using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Audit;

/// <summary>An entry's body: canonical JSON, keys in order.</summary>
internal static class AuditBody
{
    public const string System = "system";
    public const string Unidentified = "unidentified";
    private const int LongestObjectId = 512;
    private const int LongestDetail = 4096;

    /// <summary>Whose key what is personal is encrypted under, and who stands as the actor.</summary>
    public static string SubjectOf(Actor actor) =>
        actor.Origin.PrincipalId ?? (ReferenceEquals(actor.Origin, Origin.Platform) && actor.Name == System ? System : Unidentified);

    /// <exception cref="ArgumentException">The record is not what it must be.</exception>
    public static byte[] Write(string id, Actor actor, AuditRecord record, DateTimeOffset at, string subject, string? personal)
    {
        if (record.ObjectId.Length > LongestObjectId)
            throw new ArgumentException($"The object's id has {record.ObjectId.Length} characters; it may have {LongestObjectId}.", nameof(record));
        var text = new StringBuilder(512);
        text.Append("{\"action\":");
        CanonicalJson.AppendString(text, record.Action);
        Text(text, "actor", subject);
        Text(text, "after", record.After is { } after ? Convert.ToHexStringLower(after) : null);
        text.Append(",\"at\":").Append(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds()}");
        Text(text, "before", record.Before is { } before ? Convert.ToHexStringLower(before) : null);
        Detail(text, record.Detail);
        Text(text, "entry_id", id);
        Text(text, "method", actor.Origin.Method);
        Text(text, "object_id", record.ObjectId);
        Text(text, "object_kind", record.ObjectKind);
        Text(text, "outcome", record.Outcome is AuditOutcome.Done ? "done" : "refused");
        Text(text, "personal", personal);
        Text(text, "reason", record.Reason);
        Text(text, "request_id", actor.Origin.RequestId);
        Text(text, "token_id", actor.Origin.TokenId);
        text.Append(CultureInfo.InvariantCulture, $",\"workspace\":{actor.Workspace.Value}}}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>What is personal, before it is encrypted.</summary>
    public static string Personal(Actor actor)
    {
        var text = new StringBuilder(80).Append('{');
        if (actor.Origin.Address is { } address)
        {
            text.Append("\"address\":");
            CanonicalJson.AppendString(text, address);
            text.Append(',');
        }

        text.Append("\"name\":");
        CanonicalJson.AppendString(text, actor.Name);
        return text.Append('}').ToString();
    }

    private static void Text(StringBuilder text, string key, string? value)
    {
        if (value is null)
            return;
        text.Append(",\"").Append(key).Append("\":");
        CanonicalJson.AppendString(text, value);
    }

    private static void Detail(StringBuilder text, string? detail)
    {
        if (detail is null)
            return;
        if (detail.Length > LongestDetail)
            throw new ArgumentException($"The detail has {detail.Length} characters; it may have {LongestDetail}.", nameof(detail));
        try
        {
            using var document = JsonDocument.Parse(detail);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw new ArgumentException("The detail is not a JSON object.", nameof(detail));
            text.Append(",\"detail\":");
            CanonicalJson.Append(text, document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ArgumentException("The detail is not a JSON object.", nameof(detail), e);
        }
    }
}
