using System.Security.Cryptography;
using System.Text;

namespace Orrery.Tracking;

/// <summary>What a run did, as far as it is known: runs equal in all of it are the same work done twice.</summary>
/// <param name="Commit">Of the code; null when nobody said.</param>
/// <param name="EntryPoint">The program of that code; null when nobody said.</param>
/// <param name="IsDirty">The code differed from that commit.</param>
/// <param name="Params">By key.</param>
/// <param name="Digests">Of the data sets it read, sorted, each once.</param>
internal sealed record RunIdentity(string? Commit, string? EntryPoint, bool IsDirty, IReadOnlyList<Pair> Params, IReadOnlyList<string> Digests)
{
    /// <summary>Why it cannot be compared; null when it can.</summary>
    public string? Obstacle => this switch
    {
        { Commit: null } => "No code version is known: neither the tag mlflow.source.git.commit nor a captured environment names a commit.",
        { IsDirty: true } => "The code had changes that were not committed.",
        { Digests.Count: 0 } => "No data set with a digest was logged as an input.",
        _ => null,
    };

    /// <summary>SHA-256 by which equal runs are found; null when it cannot be compared.</summary>
    public string? Fingerprint()
    {
        if (Obstacle is not null)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, 'c', Commit!, EntryPoint ?? "");
        foreach (var parameter in Params)
            Add(hash, 'p', parameter.Key, parameter.Value);
        foreach (var digest in Digests)
            Add(hash, 'd', digest, "");
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    // Lengths, so that no two lists of texts make the same bytes.
    private static void Add(IncrementalHash hash, char kind, string key, string value) =>
        hash.AppendData(Encoding.UTF8.GetBytes($"{kind}{key.Length}:{key}{value.Length}:{value}"));
}
