using System.Security.Cryptography;
using System.Text;

namespace Orrery.Lineage;

/// <summary>A thing of the graph.</summary>
/// <param name="Kind">Of <see cref="NodeKinds"/>.</param>
/// <param name="Key">Names it among its kind, and never changes.</param>
public sealed record GraphNode(string Kind, string Key)
{
    /// <summary>What people call it; the key when it has no other name.</summary>
    public string Name { get => field ?? Key; init; }

    /// <summary>Who may see more than its kind; null for everybody who may see lineage.</summary>
    public NodeGuard? Guard { get; init; }

    /// <summary>More about it, a JSON object; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>As callers name it.</summary>
    public string Id => $"{Kind}:{Key}";

    internal string Hash => HashOf(Kind, Key);

    internal static string HashOf(string kind, string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{key}")).AsSpan(0, 16));
}
