using System.Globalization;
using System.Text;
using Orrery.Features;

namespace Orrery.Serving;

/// <summary>Collects what a request lacks, and says it: by row and view, with columns, entity and features.</summary>
internal ref struct LookupMisses(LookupWork work, LookupMetrics metrics)
{
    private const int MostGroups = 5;
    private const int MostColumns = 5;

    private readonly long[] _counts = new long[4];
    private List<(int Row, int Source, LookupStatus Status, List<int> Columns, string? Unfit)>? _groups;
    private int _more;

    /// <summary>Counts a value that is missing.</summary>
    public readonly void Count(LookupStatus status) => _counts[(int)status]++;

    /// <summary>A row has no value of a column.</summary>
    public void Add(int row, int column, LookupStatus status)
    {
        var feature = work.Binding!.Columns[column].Feature;
        if (feature >= 0 && work.Answer is not null)
            Count(status);
        Add(row, column, feature < 0 ? -2 : work.Answer?.Feature(feature).Source ?? -1, status, null);
    }

    /// <summary>A value is none of the type that the model wants.</summary>
    public void Unfit(int row, int column, in LookupValue value)
    {
        var kind = work.Binding!.Lookup.Features[work.Binding.Columns[column].Feature].Kind;
        Add(row, column, -3 - column, LookupStatus.Present, kind is LookupKind.Number ? value.Number.ToString(CultureInfo.InvariantCulture) : value.Whole.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Refuses the request when anything is missing.</summary>
    /// <exception cref="TensorException">It is.</exception>
    public readonly void Throw()
    {
        metrics.Missed(_counts);
        if (_groups is null)
            return;
        var text = new StringBuilder();
        foreach (var group in _groups)
        {
            if (text.Length > 0)
                text.Append(' ');
            Tell(text, group.Row, group.Source, group.Status, group.Columns, group.Unfit);
        }

        if (_more > 0)
            text.Append(CultureInfo.InvariantCulture, $" And {_more} more values.");
        throw new TensorException(text.ToString());
    }

    private void Add(int row, int column, int source, LookupStatus status, string? unfit)
    {
        _groups ??= [];
        foreach (var group in _groups)
        {
            if (group.Row != row || group.Source != source || group.Status != status)
                continue;
            group.Columns.Add(column);
            return;
        }

        if (_groups.Count < MostGroups)
            _groups.Add((row, source, status, [column], unfit));
        else
            _more++;
    }

    private readonly void Tell(StringBuilder text, int row, int source, LookupStatus status, List<int> columns, string? unfit)
    {
        text.Append(CultureInfo.InvariantCulture, $"Instance {row} has no ");
        if (source == -2)
        {
            Names(text, columns, static column => $"'{column.Name}'");
            text.Append(", and it is not looked up: ").Append(work.Binding!.Columns[columns[0]].Why).Append('.');
            return;
        }

        var features = work.Binding!.Lookup.Features;
        Names(text, columns, column => $"'{column.Name}' (feature {features[column.Feature].Reference})");
        var entity = Entity(row);
        text.Append(entity.Length > 0 ? $" for {entity}" : "").Append(": ");
        text.Append((source, status) switch
        {
            ( < -2, _) => $"it is {unfit} in the online store, and the model wants {work.Binding.Columns[columns[0]].Type}",
            _ when Lacking(row) is { } key => $"the request gives no {key} to look it up by",
            (-1, _) => Computed(features[work.Binding.Columns[columns[0]].Feature]),
            (_, LookupStatus.NotFound) => $"the online store has no row of {work.Answer!.Sources[source]} for it",
            (_, LookupStatus.Expired) => $"the row of {work.Answer!.Sources[source]} in the online store is older than its ttl",
            _ => "it is null in the online store",
        }).Append('.');
    }

    private readonly void Names(StringBuilder text, List<int> columns, Func<LookupColumn, string> tell)
    {
        var all = work.Binding!.Columns;
        text.AppendJoin(", ", columns.Take(MostColumns).Select(column => tell(all[column])));
        if (columns.Count > MostColumns)
            text.Append(CultureInfo.InvariantCulture, $" and {columns.Count - MostColumns} more");
    }

    private readonly string Entity(int row)
    {
        var text = new StringBuilder();
        work.Answer?.WriteEntity(text, row);
        return text.ToString();
    }

    private readonly string? Lacking(int row)
    {
        foreach (var input in work.Binding!.Lookup.Inputs)
        {
            if (input.IsKey && work.Answer?.HasKey(input.Name, row) != true)
                return input.Name;
        }

        return null;
    }

    private static string Computed(LookupFeature feature) => feature.RequestData.Count > 0
        ? $"it is computed, also of {string.Join(", ", feature.RequestData)} of the request, and came out null"
        : "it is computed, and came out null";
}
