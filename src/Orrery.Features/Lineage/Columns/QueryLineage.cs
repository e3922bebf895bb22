using System.Collections.Concurrent;

namespace Orrery.Features;

/// <summary>What the columns of the queries of sources were made of. Each text is read once.</summary>
internal sealed class QueryLineage
{
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<string, QueryColumns> _read = new(StringComparer.Ordinal);

    /// <summary>Of a query.</summary>
    public QueryColumns Of(string query)
    {
        if (_read.TryGetValue(query, out var known))
            return known;
        if (_read.Count >= MostKept)
            _read.Clear();
        return _read[query] = QueryReader.Read(query);
    }

    /// <summary>Reads the queries of a project, so that no transaction waits for it.</summary>
    public void Prepare(FeatureProject project)
    {
        foreach (var source in project.ViewVersions.Values.Select(static view => view.Source.History).Where(static source => source.Kind is SourceKind.Query))
            _ = Of(source.Document.Query ?? "");
    }
}
