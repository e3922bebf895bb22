using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>A column of a table of runs: an attribute, a metric, a parameter or a tag, as the page's query names it (<c>metrics.auc</c>).</summary>
/// <param name="Kind"><c>attributes</c>, <c>metrics</c>, <c>params</c> or <c>tags</c>.</param>
/// <param name="Key">Its key, or the attribute's name.</param>
public sealed record RunColumn(string Kind, string Key)
{
    /// <summary>Name of the kind of metrics.</summary>
    public const string Metrics = "metrics";

    /// <summary>Name of the kind of parameters.</summary>
    public const string Params = "params";

    private const string Attributes = "attributes";
    private const string Tags = "tags";
    private const int MostKeys = 5;
    private const int MostColumns = 60;
    private const int ShortLetters = 8;

    /// <summary>Attributes that can be columns, with their headings.</summary>
    public static IReadOnlyList<(string Name, string Title)> KnownAttributes { get; } =
        [("status", "Status"), ("start_time", "Started"), ("end_time", "Ended"), ("duration", "Took"), ("user_id", "By"), ("run_id", "Id")];

    /// <summary>As the query has it.</summary>
    public string Id => $"{Kind}.{Key}";

    /// <summary>Its heading.</summary>
    public string Title => Kind == Attributes ? KnownAttributes.First(one => one.Name == Key).Title : Key;

    /// <summary>What orders runs by it; null where nothing does.</summary>
    public string? Order => (Kind, Key) switch
    {
        (Attributes, "duration") => null,
        (Attributes, _) => Id,
        _ when Key.Contains('`') => Key.Contains('"') ? null : $"{Kind}.\"{Key}\"",
        _ => $"{Kind}.`{Key}`",
    };

    /// <summary>Whether its values are numbers.</summary>
    public bool IsNumber => Kind == Metrics || (Kind, Key) is (Attributes, "duration");

    /// <summary>The columns that the query asks for, or those that suit the runs.</summary>
    public static IReadOnlyList<RunColumn> Of(IReadOnlyList<string> asked, IReadOnlyList<Run> runs)
    {
        var chosen = asked.Select(Parse).OfType<RunColumn>().Distinct().Take(MostColumns).ToList();
        return chosen.Count > 0
            ? chosen
            : [new(Attributes, "status"), new(Attributes, "start_time"), new(Attributes, "user_id"),
               .. Known(runs, Metrics).Take(MostKeys).Select(static key => new RunColumn(Metrics, key)),
               .. Known(runs, Params).Take(MostKeys).Select(static key => new RunColumn(Params, key))];
    }

    /// <summary>Reads <c>metrics.auc</c>; null for what names no column.</summary>
    public static RunColumn? Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || dot == text.Length - 1)
            return null;
        var (kind, key) = (text[..dot], text[(dot + 1)..]);
        return kind switch
        {
            Metrics or Params or Tags => new(kind, key),
            Attributes when KnownAttributes.Any(one => one.Name == key) => new(kind, key),
            _ => null,
        };
    }

    /// <summary>Keys of a kind that runs have, what most of them have first.</summary>
    public static IReadOnlyList<string> Known(IReadOnlyList<Run> runs, string kind)
    {
        var keys = kind switch
        {
            Metrics => runs.SelectMany(static run => run.Data.Metrics).Select(static one => one.Key),
            Params => runs.SelectMany(static run => run.Data.Params).Select(static one => one.Key),
            _ => runs.SelectMany(static run => run.Data.Tags).Select(static one => one.Key).Where(static key => !key.StartsWith("mlflow.", StringComparison.Ordinal)),
        };
        return [.. keys.GroupBy(static key => key).OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key, StringComparer.Ordinal).Select(static group => group.Key)];
    }

    /// <summary>What a run has in it.</summary>
    public object? Of(Run run) => Kind switch
    {
        Metrics => run.Data.Metrics.FirstOrDefault(one => one.Key == Key)?.Value,
        Params => run.Data.Params.FirstOrDefault(one => one.Key == Key)?.Value,
        Tags => run.Data.Tags.FirstOrDefault(one => one.Key == Key)?.Value,
        _ => Attribute(run.Info),
    };

    private object? Attribute(RunInfo info) => Key switch
    {
        "status" => info.Status.ToString().ToLowerInvariant(),
        "start_time" => Time(info.StartTime),
        "end_time" => Time(info.EndTime),
        "duration" => info is { StartTime: { } began, EndTime: { } ended } ? Math.Round((ended - began) / 1000.0, 3) : null,
        "user_id" => info.UserId,
        _ => info.RunId,
    };

    private static DateTimeOffset? Time(long? milliseconds) => Numbers.Time(milliseconds);

    /// <summary>What a person calls a run.</summary>
    public static string NameOf(RunInfo run) => run.RunName is { Length: > 0 } name ? name : EndOf(run.RunId);

    /// <summary>The end of an id, by which people tell it from others: ids of the same hour begin alike.</summary>
    public static string EndOf(string id) => id.Length <= ShortLetters ? id : id[^ShortLetters..];

    /// <summary>A number as in a query.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
