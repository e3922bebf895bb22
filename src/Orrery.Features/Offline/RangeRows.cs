using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Entity rows made of what the sources have between two moments: the views must be about the same keys.</summary>
internal sealed class RangeRows(DuckLease lease, DuckRelations relations, FeatureProject project, Warehouses warehouses, JoinOptions options)
{
    private const string Table = "orrery_raw";

    /// <summary>Loads them, ordered by time and key; <c>features.range_keys_differ</c>.</summary>
    public async ValueTask<Result<EntityFrame>> LoadAsync(
        EntityRange range, IReadOnlyList<NeededView> views, string timestamp, EntityNeeds needs, CancellationToken cancel)
    {
        if (views.Count == 0)
            return Failure.Invalid("features.request_invalid", "The features asked for come from no view, so that the sources cannot give entity rows; send some.");
        var first = views[0];
        if (views.FirstOrDefault(view => !view.RequestKeys.SequenceEqual(first.RequestKeys)) is { } other)
        {
            return Failure.Invalid(
                "features.range_keys_differ",
                $"Without entity rows all views must have the same join keys; {first.View.Name} has {string.Join(", ", first.RequestKeys)} and {other.View.Name} has {string.Join(", ", other.RequestKeys)}.");
        }

        var keys = first.View.Keys;
        lease.Connection.Execute(RangeSql.Create(Table, keys), cancel);
        foreach (var view in views)
        {
            var added = view.Warehouse is null ? await HereAsync(view, range, cancel) : await ThereAsync(view, view.Warehouse, range, cancel);
            if (added.Failed(out var wrong, out _))
                return wrong;
        }

        var columns = keys.Select((key, i) => new SourceColumn(first.RequestKeys[i], $"k{i}", RangeSql.TypeOf(key.Type), key.Type.ToString()))
            .Append(new(timestamp, "t", SourceType.Micros, "BIGINT")).ToList();
        return EntityLoader.Load(lease, new EntityRelation(RangeSql.Ordered(Table, keys.Count), "row_number() over () - 1", columns), timestamp, needs, cancel);
    }

    private async ValueTask<Result<Done>> HereAsync(NeededView view, EntityRange range, CancellationToken cancel)
    {
        if ((await relations.OfAsync(view.View.Source, cancel)).Failed(out var wrong, out var relation))
            return wrong;
        var rules = options.RulesOf(view.View);
        relation = rules.Count > 0 ? NamedColumns.Of(relation, project, view.View) : relation;
        if (RowFilter.Scan(lease.Connection, relation, view.View, [], new(range.Start, range.End), rules, cancel).Failed(out wrong, out var scan))
            return wrong;
        lease.Connection.Execute(RangeSql.Insert(Table, EntitySql.Range(scan, view.View.Keys.Count, range)), cancel);
        return Done.Ok;
    }

    private async ValueTask<Result<Done>> ThereAsync(NeededView view, string name, EntityRange range, CancellationToken cancel)
    {
        if (warehouses.Find(project.WorkspaceName, name).Failed(out var wrong, out var warehouse))
            return wrong;
        await using var connection = await warehouse.OpenReadOnlyAsync(cancel);
        if ((await WarehouseRelations.OfAsync(connection, view.Source, cancel)).Failed(out wrong, out var relation))
            return wrong;
        if (warehouse.Dialect.Scan(relation, view.View, [], new(range.Start, range.End)).Failed(out wrong, out var scan))
            return wrong;
        if (RowFilter.There(warehouse.Dialect, relation, options.RulesOf(view.View)).Failed(out wrong, out var filter))
            return wrong;
        await using var batch = WarehouseRelations.Batch(connection, EntitySql.Range(filter.Of(scan), view.View.Keys.Count, range));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        using var appender = lease.Connection.Appender(Table);
        while (await reader.ReadAsync(cancel))
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                _ = reader.GetValue(i) switch
                {
                    string text => appender.Append(text),
                    byte[] bytes => appender.AppendBlob(bytes),
                    var whole => appender.Append(Convert.ToInt64(whole, CultureInfo.InvariantCulture)),
                };
            }

            appender.EndRow();
        }

        appender.Close(cancel);
        return Done.Ok;
    }
}
