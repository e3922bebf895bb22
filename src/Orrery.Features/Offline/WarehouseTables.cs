using Npgsql;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Brings what a warehouse chose into tables of the embedded engine, as the types that features are declared as.</summary>
internal sealed class WarehouseTables
{
    private readonly List<string> _tables = [];

    /// <summary>Tables with <c>id</c> and features; entity rows without any are missing.</summary>
    public IReadOnlyList<string> Names => _tables;

    /// <summary>Makes the table of one view; <c>features.value_invalid</c>.</summary>
    public async ValueTask<Result<Done>> FillAsync(DuckLease lease, NpgsqlDataReader reader, ViewJoin view, SourceRelation relation, CancellationToken cancel)
    {
        var carried = view.Fields.Select(field => PostgresDialect.Carried(relation.Column(view.View.Fields[field].Name).Value, view.View.Fields[field].Type)).ToList();
        var carrier = $"orrery_in_{view.Name}";
        lease.Connection.Execute(WarehouseJoinSql.Carrier(carrier, carried), cancel);
        using (var appender = lease.Connection.Appender(carrier))
        {
            while (await reader.ReadAsync(cancel))
                Append(appender, reader, carried);
            appender.Close(cancel);
        }

        var columns = view.Fields.Select((field, i) => (Field: field, Column: new SourceColumn(relation.Source.Column(view.View.Fields[field].Name), $"f{i}", carried[i], carried[i].ToString()))).ToList();
        try
        {
            var table = $"orrery_{view.Name}";
            lease.Connection.Execute(
                WarehouseJoinSql.Declared(table, carrier, columns.Select(c => $"{DuckDbDialect.Instance.Cast(c.Column, view.View.Fields[c.Field].Type)} as {view.Column(c.Field)}")), cancel);
            lease.Connection.Execute(WarehouseJoinSql.Drop(carrier), cancel);
            _tables.Add(table);
            return Done.Ok;
        }
        catch (DuckException e) when (Conversions.IsOne(e))
        {
            return Conversions.Explain(lease, carrier, columns.Select(c => (c.Column, view.View.Fields[c.Field])), relation.Source, cancel)
                ?? Failure.Invalid("features.value_invalid", $"A value of source {relation.Source.Name} is not of the declared type: {e.Summary}");
        }
    }

    private static void Append(DuckAppender appender, NpgsqlDataReader reader, List<SourceType> carried)
    {
        appender.Append(reader.GetInt64(0));
        CarriedColumns.Append(appender, reader, first: 1, carried);
        appender.EndRow();
    }
}
