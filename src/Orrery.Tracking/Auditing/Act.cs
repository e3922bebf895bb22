using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Audit;

namespace Orrery.Tracking;

/// <summary>Makes the entries of Tracking's acts for the audit trail (README, "Audit").</summary>
internal static class Act
{
    private const int MaxId = 512;

    public static AuditRecord Experiment(string action, long id) => new(action, "experiment", id.ToString(CultureInfo.InvariantCulture));

    public static AuditRecord Run(string action, string id) => new(action, "run", id);

    public static AuditRecord LoggedModel(string action, string id) => new(action, "logged-model", id);

    public static AuditRecord Dataset(string action, string id) => new(action, "evaluation-dataset", id);

    public static AuditRecord Scorer(string action, Scorer scorer, bool allVersions = false)
    {
        var whole = string.Create(CultureInfo.InvariantCulture, $"{scorer.ExperimentId}/{scorer.Name}");
        return new(action, "scorer", allVersions ? whole : string.Create(CultureInfo.InvariantCulture, $"{whole}/{scorer.Version}"));
    }

    /// <summary>A path that is longer than an id may be ends in the hash of the whole.</summary>
    public static AuditRecord Artifact(string action, ArtifactPath path)
    {
        var id = path.Full;
        return new(action, "artifact", id.Length <= MaxId ? id : $"{id[..440]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}");
    }

    /// <summary><c>{"metrics":12,"params":3}</c>: the counts that are not zero; null when all are.</summary>
    public static string? Counts(params ReadOnlySpan<(string Name, long Count)> counts)
    {
        var text = new StringBuilder();
        foreach (var (name, count) in counts)
        {
            if (count != 0)
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? '{' : ',')}\"{name}\":{count}");
        }

        return text.Length == 0 ? null : text.Append('}').ToString();
    }

    /// <summary><c>{"key":"stage"}</c>, the value cut at 250 characters.</summary>
    public static string Text(string name, string value) =>
        $"{{\"{name}\":\"{JsonEncodedText.Encode(Names.Cut(value, Names.MaxKey), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"}}";
}
