using System.Text;

namespace Orrery.Features;

/// <summary>What of a view decides whether values stored under one version are true and readable under another.</summary>
internal static class StorageSignature
{
    /// <summary>Equal for views that can share stored values.</summary>
    public static string Of(FeatureView view)
    {
        var text = new StringBuilder();
        foreach (var part in Parts(view))
            text.Append(part.Name).Append('=').Append(part.Text).Append('\n');
        return text.ToString();
    }

    /// <summary>Why values stored under one version do not serve the other; null when they do.</summary>
    public static string? Difference(FeatureView before, FeatureView after)
    {
        var reasons = Parts(before).Zip(Parts(after)).Where(static pair => pair.First.Text != pair.Second.Text).Select(static pair => pair.First.Name).ToList();
        return reasons switch
        {
            [] => null,
            [var only] => only.EndsWith('s') || only.EndsWith("read", StringComparison.Ordinal) ? only + " change" : only + " changes",
            _ => string.Join(" and ", reasons) + " change",
        };
    }

    /// <summary>Besides, what decides which value a reader gets: on-demand views have a new version when this of an input changes.</summary>
    public static string OfValues(FeatureView view) => $"{Of(view)}ttl={view.Ttl}";

    /// <summary>Equal for sources whose rows are the same.</summary>
    public static string OfSource(FeatureSource source) => Source(source) + Times(source);

    private static IEnumerable<(string Name, string Text)> Parts(FeatureView view)
    {
        yield return ("the key", Join(view.Keys.Select(static key => $"{key.Name}:{key.Type}")));
        yield return ("the source", Source(view.Source));
        var names = view.Keys.Select(static key => key.Name).Concat(view.Fields.Select(static field => field.Name));
        yield return ("the columns read", Join([Times(view.Source), .. names.Select(name => $"{name}<{view.Source.Column(name)}")]));
        yield return ("the features", Join(view.Fields.Select(static field => $"{field.Name}:{field.Type}")));
    }

    private static string Source(FeatureSource source)
    {
        var document = source.Document;
        var own = Join([source.Kind.ToString(), document.Path ?? "", document.Format ?? "", document.Warehouse ?? "", document.Table ?? "", document.Query ?? "", Join(document.NullValues)]);
        return source.Kind is not SourceKind.Push ? own
            : source.Batch is { } batch ? $"{own}[{Source(batch)}{Times(batch)}{Join(batch.ColumnOf.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}<{p.Value}"))}]"
            : $"{own}[{source.Name}]";
    }

    private static string Times(FeatureSource source) => Join([source.TimestampColumn, source.CreatedColumn ?? ""]);

    private static string Join(IEnumerable<string> parts) => string.Concat(parts.Select(static part => $"{part.Length}:{part},"));
}
