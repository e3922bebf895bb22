using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>What an import may bring. The source has checked its names by its own rules; here counts what the database can hold.</summary>
internal static class ImportRules
{
    private const int MaxDatasetName = 500;
    private const int MaxDatasetDigest = 255;

    /// <summary>Why a source cannot be one; null when it can.</summary>
    public static Failure? CheckSource(string source) =>
        source.Length is 0 or > ImportLimits.SourceLength
            ? Invalid("source", $"it has {source.Length} characters and must have 1 to {ImportLimits.SourceLength}")
            : CheckTexts(source);

    /// <summary>Why keyed texts cannot be stored; null when they can.</summary>
    public static Failure? CheckPairs(string field, IEnumerable<Pair> pairs)
    {
        foreach (var pair in pairs)
        {
            if ((CheckKey(field, pair.Key) ?? CheckTexts(pair.Value)) is { } wrong)
                return wrong;
        }

        return null;
    }

    /// <summary>Why a key cannot be stored; null when it can.</summary>
    public static Failure? CheckKey(string field, string key) =>
        key.Length is 0 or > Names.MaxKey
            ? Invalid(field, $"a key has {key.Length} characters and must have 1 to {Names.MaxKey}")
            : CheckTexts(key);

    /// <summary>Why data sets cannot be stored; null when they can.</summary>
    public static Failure? CheckInputs(IEnumerable<RunInput> inputs)
    {
        foreach (var input in inputs)
        {
            if (input.Name.Length is 0 or > MaxDatasetName)
                return Invalid("inputs", $"a data set's name has {input.Name.Length} characters and must have 1 to {MaxDatasetName}");
            if (input.Digest.Length > MaxDatasetDigest)
                return Invalid("inputs", $"a data set's digest has {input.Digest.Length} characters and may have {MaxDatasetDigest}");
            if ((CheckTexts(input.Name, input.Digest, input.SourceType, input.Source, input.Schema, input.Profile) ?? CheckPairs("inputs", input.Tags)) is { } wrong)
                return wrong;
        }

        return null;
    }

    /// <summary>Why texts cannot be stored; null when they can. No database text holds the character NUL.</summary>
    public static Failure? CheckTexts(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text?.Contains('\0', StringComparison.Ordinal) is true)
                return Failure.Invalid("import.invalid", "A text has the character U+0000, which cannot be stored.");
        }

        return null;
    }

    /// <summary>A refusal that names the field.</summary>
    public static Failure Invalid(string field, string why) => Failure.Invalid("import.invalid", $"The field '{field}' is refused: {why}.");

    /// <summary>Whether a URI given with an import means this server's own store, whatever path it names there.</summary>
    public static bool IsOwn(string? uri) => string.IsNullOrEmpty(uri) || ArtifactUri.PathOf(uri) is not null;

    /// <summary>Pairs as they are stored; of several values of a key the last.</summary>
    public static IReadOnlyList<Pair> Pairs(IEnumerable<Tag> tags) => RunBatches.LastOfEach([.. tags.Select(static t => new Pair(t.Key, t.Value ?? ""))]);

    /// <summary>Pairs as they are stored; of several values of a key the last.</summary>
    public static IReadOnlyList<Pair> Pairs(IEnumerable<Param> parameters) =>
        RunBatches.LastOfEach([.. parameters.Select(static p => new Pair(p.Key, p.Value ?? ""))]);

    /// <summary>A stage of the wire as it is stored.</summary>
    public static string Stage(LifecycleStage stage) => stage is LifecycleStage.Deleted ? Lifecycle.Deleted : Lifecycle.Active;
}
