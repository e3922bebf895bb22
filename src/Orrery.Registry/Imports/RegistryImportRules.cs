using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What an import of models and versions may bring.</summary>
internal static class RegistryImportRules
{
    /// <summary>Why a source and a model's name cannot be kept; null when they can.</summary>
    public static Failure? Check(string source, string name) =>
        source.Length is 0 or > ImportLimits.SourceLength
            ? Invalid("source", $"it has {source.Length} characters and must have 1 to {ImportLimits.SourceLength}")
            : RegistryText.Check("source", source, ImportLimits.SourceLength) ?? RegistryText.CheckName(name);

    /// <summary>Names where a model comes from.</summary>
    public static string Origin(string source, string name) => $"{source}#{name}";

    /// <summary>A refusal that names the field.</summary>
    public static Failure Invalid(string field, string why) => Failure.Invalid("import.invalid", $"The field '{field}' is refused: {why}.");

    /// <summary>Tags as they are kept.</summary>
    public static IReadOnlyList<Pair> Pairs(IEnumerable<Tag> tags) => RegistryText.Last([.. tags.Select(static t => new Pair(t.Key, t.Value ?? ""))]);

    /// <summary>When something was created and last changed at its source.</summary>
    public static (long Created, long Updated) Times(long? created, long? updated, long now) => (created ?? now, updated ?? created ?? now);
}
