using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Definitions as they were read from a text.</summary>
/// <param name="Document">What they say.</param>
/// <param name="Lines">Line of each value by its path, as <c>feature_views[2].ttl</c>; empty for JSON.</param>
internal sealed record DefinitionText(FeatureProjectDocument Document, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>Whether the text itself named the project.</summary>
    public bool NamesProject { get; init; } = Lines.ContainsKey("project");

    /// <summary>A failure with the lines of its faults, where they are known.</summary>
    public Failure Place(Failure failure) => Lines.Count == 0 || failure.Faults.Count == 0
        ? failure
        : failure with { Faults = [.. failure.Faults.Select(fault => LineOf(fault.Field) is { } line ? fault with { Message = $"{fault.Message} (line {line})" } : fault)] };

    /// <summary>The line of a path, or of the nearest that holds it.</summary>
    private int? LineOf(string path)
    {
        while (path.Length > 0)
        {
            if (Lines.TryGetValue(path, out var line))
                return line;
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return null;
    }
}
