using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>What holds for a document as a whole: its size, and that each name stands for one thing.</summary>
internal static class DocumentRules
{
    /// <summary>Most features of a project.</summary>
    public const int MostFeatures = 20_000;

    private const int MostOfAKind = 2_000;
    private const int LongestText = 4_000;
    private const int LongestOwner = 250;
    private const int MostTags = 100;

    /// <summary>Notes what is wrong.</summary>
    public static void Check(FeatureProjectDocument document, CompileFaults faults)
    {
        faults.Check("project", DefinitionNames.Problem(document.Project));
        CheckText("description", document.Description, LongestText, faults);
        var views = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var kind in DefinitionKinds.All)
        {
            var items = Items(document, kind);
            if (items.Count > MostOfAKind)
                faults.Add(kind.List(), $"has {items.Count} items; at most {MostOfAKind} are allowed");
            var names = kind is DefinitionKind.View or DefinitionKind.OnDemand ? views : new Dictionary<string, string>(StringComparer.Ordinal);
            for (var at = 0; at < items.Count; at++)
                CheckItem(items[at], kind, $"{kind.List()}[{at}]", names, faults);
        }

        var features = document.FeatureViews.Sum(static view => view.Features.Count) + document.OnDemandViews.Sum(static view => view.Features.Count);
        if (features > MostFeatures)
            faults.Add("feature_views", $"has {features} features in all; a project has at most {MostFeatures}");
    }

    /// <summary>What a document defines of a kind.</summary>
    public static IReadOnlyList<DefinitionHead> Items(FeatureProjectDocument document, DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => [.. document.Entities.Select(static one => new DefinitionHead(one.Name, one, one.Description, one.Owner, one.Tags))],
        DefinitionKind.Source => [.. document.Sources.Select(static one => new DefinitionHead(one.Name, one, one.Description, one.Owner, one.Tags))],
        DefinitionKind.View => [.. document.FeatureViews.Select(static one => new DefinitionHead(one.Name, one, one.Description, one.Owner, one.Tags))],
        DefinitionKind.OnDemand => [.. document.OnDemandViews.Select(static one => new DefinitionHead(one.Name, one, one.Description, one.Owner, one.Tags))],
        _ => [.. document.FeatureServices.Select(static one => new DefinitionHead(one.Name, one, one.Description, one.Owner, one.Tags))],
    };

    private static void CheckItem(DefinitionHead item, DefinitionKind kind, string path, Dictionary<string, string> names, CompileFaults faults)
    {
        var isView = kind is DefinitionKind.View or DefinitionKind.OnDemand;
        var isNamed = faults.Check(path + ".name", isView ? DefinitionNames.ViewProblem(item.Name) : DefinitionNames.Problem(item.Name));
        if (isNamed && !names.TryAdd(item.Name, path))
            faults.Add(path + ".name", $"is '{item.Name}', as {names[item.Name]} is called already");
        CheckText(path + ".description", item.Description, LongestText, faults);
        CheckText(path + ".owner", item.Owner, LongestOwner, faults);
        CheckTags(path + ".tags", item.Tags, faults);
    }

    private static void CheckTags(string path, IReadOnlyDictionary<string, string> tags, CompileFaults faults)
    {
        if (tags.Count > MostTags)
            faults.Add(path, $"has {tags.Count} tags; at most {MostTags} are allowed");
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > LongestOwner || value is null || value.Length > LongestText || (key + value).Contains('\0', StringComparison.Ordinal))
                faults.Add($"{path}.{DefinitionNames.Clip(key)}", $"is no tag; a key has 1 to {LongestOwner} characters, a value up to {LongestText}");
        }
    }

    private static void CheckText(string path, string? text, int longest, CompileFaults faults)
    {
        if (text?.Length > longest)
            faults.Add(path, $"has {text.Length} characters; at most {longest} are allowed");
        if (text?.Contains('\0', StringComparison.Ordinal) ?? false)
            faults.Add(path, "has the character U+0000");
    }
}

/// <summary>What all definitions have.</summary>
internal readonly record struct DefinitionHead(string Name, object Document, string? Description, string? Owner, IReadOnlyDictionary<string, string> Tags);
