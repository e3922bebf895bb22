using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Finds views, features and services by words, over all projects of a workspace.</summary>
internal sealed class FeatureSearch(Catalogue catalogue)
{
    private const int LongestQuery = 500;
    private const int MostWords = 10;

    /// <summary>
    /// One page, best first: every word must stand somewhere in the name, description, tags, owner or entities; those in names count most.
    /// <c>features.query_invalid</c>, <c>features.invalid_limit</c>, <c>features.invalid_page_token</c>.
    /// </summary>
    public async ValueTask<Result<FeatureSearchPage>> FindAsync(Actor actor, string? query, int? limit, string? token, CancellationToken cancel)
    {
        var words = (query ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MostWords || query!.Length > LongestQuery)
            return Failure.Invalid("features.query_invalid", $"The query has {words.Length} words; it has 1 to {MostWords} and at most {LongestQuery} characters.");
        if (FeaturePages.LimitProblem(limit) is { } wrong)
            return wrong;
        if (!TryDecode(token, out var after))
            return FeaturePages.NotOurs();
        var found = new List<(string Key, FeatureFound Item)>();
        await foreach (var (_, project) in catalogue.AllAsync(actor, "", cancel))
            found.AddRange(Candidates(new CatalogueView(actor, project), project.Name).Select(one => (Key(one, words), one.Item)));
        var size = limit ?? 100;
        var page = found.Where(one => one.Key.Length > 0 && string.CompareOrdinal(one.Key, after) > 0).OrderBy(static one => one.Key, StringComparer.Ordinal).Take(size + 1).ToList();
        return new FeatureSearchPage
        {
            Found = [.. page.Take(size).Select(static one => one.Item)],
            NextPageToken = page.Count > size ? PageToken.Encode(page[size - 1].Key) : null,
        };
    }

    private static bool TryDecode(string? token, out string after)
    {
        after = "";
        if (string.IsNullOrEmpty(token))
            return true;
        if (PageToken.Decode(token, 1) is not [string key])
            return false;
        after = key;
        return true;
    }

    private static IEnumerable<Candidate> Candidates(CatalogueView catalogue, string project)
    {
        foreach (var view in catalogue.Views())
        {
            var around = $"{view.Description} {Text(view.Tags)} {view.Owner} {string.Join(' ', view.Entities)}";
            yield return new(new() { Kind = view.Kind, Project = project, Name = view.Name, Description = view.Description, Owner = view.Owner }, view.Name, around);
            foreach (var feature in view.Features)
            {
                yield return new(
                    new() { Kind = "feature", Project = project, Name = $"{view.Name}:{feature.Name}", Type = feature.Type, Description = feature.Description, Owner = view.Owner },
                    feature.Name,
                    $"{view.Name} {feature.Description} {Text(feature.Tags)} {around}");
            }
        }

        foreach (var service in catalogue.Services())
        {
            yield return new(
                new() { Kind = "service", Project = project, Name = service.Name, Description = service.Description, Owner = service.Owner },
                service.Name, $"{service.Description} {Text(service.Tags)} {service.Owner}");
        }
    }

    /// <summary>Sorts the best first and each once; empty for what does not fit.</summary>
    private static string Key(Candidate candidate, string[] words)
    {
        var score = 0;
        foreach (var word in words)
        {
            var at = candidate.Name.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at < 0 && !candidate.Around.Contains(word, StringComparison.OrdinalIgnoreCase))
                return "";
            score += at < 0 ? 1 : candidate.Name.Length == word.Length ? 8 : at == 0 ? 4 : 2;
        }

        return $"{1_000 - score:D4} {candidate.Item.Project}/{candidate.Item.Kind}/{candidate.Item.Name}";
    }

    private static string Text(IReadOnlyDictionary<string, string> tags) => string.Join(' ', tags.Select(static tag => $"{tag.Key} {tag.Key}={tag.Value}"));

    private sealed record Candidate(FeatureFound Item, string Name, string Around);
}
