using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Reads <c>--tag key=value</c>.</summary>
internal static class Tags
{
    public static IReadOnlyList<Tag> Read(IEnumerable<string> texts) =>
        [.. texts.Select(text => Verb.Pair(text, "--tag")).Select(pair => new Tag(pair.Key, pair.Value))];
}
