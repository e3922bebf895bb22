using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>
/// Codes of whom rows of a log are about, one for each part of the key: a subject is found by them where the log names nobody, and they are of no use without
/// the server's own key. Thread-safe.
/// </summary>
internal sealed class SubjectCodes(SecretBox secrets)
{
    private const int CodeBytes = 16;

    private readonly ConcurrentDictionary<long, byte[]> _keys = new();

    /// <summary>Codes of what was said and what was looked up, as <c>customer_id=42,order=9</c>, with commas; empty where nobody is named.</summary>
    public string Of(WorkspaceId workspace, string? said, string? lookedUp)
    {
        if (said is null && lookedUp is null)
            return "";
        var parts = Parts(said);
        if (lookedUp != said)
            parts.AddRange(Parts(lookedUp));
        return string.Join(',', parts.Select(part => OfPart(workspace, part.Name, part.Value)).Distinct(StringComparer.Ordinal));
    }

    /// <summary>The code of one part of a key.</summary>
    public string OfPart(WorkspaceId workspace, string name, string value)
    {
        var key = _keys.GetOrAdd(workspace.Value, static (number, box) => box.Code("subjects", number, "predictions"), secrets);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{name}\0{value}")).AsSpan(0, CodeBytes));
    }

    /// <summary>Names and values of <c>a=1,b=2</c>; what has no name goes on with the value before.</summary>
    internal static List<(string Name, string Value)> Parts(string? text)
    {
        var parts = new List<(string Name, string Value)>();
        foreach (var part in text?.Split(',') ?? [])
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                parts.Add((part[..at].Trim(), part[(at + 1)..]));
            else if (parts.Count > 0)
                parts[^1] = (parts[^1].Name, $"{parts[^1].Value},{part}");
        }

        return parts.ConvertAll(static part => (part.Name, part.Value.Trim()));
    }
}
