namespace Orrery.Features;

/// <summary>An on-demand view computed over joined rows. Each feature is a column of its own step, so that the ones after it can read it.</summary>
internal sealed class OnDemandSql(OnDemandView view, NeededViews views, int projection)
{
    /// <summary>Name of a feature's column.</summary>
    public string Column(int field) => FormattableString.Invariant($"d{projection}_f{field}");

    /// <summary>The query with the features' columns added.</summary>
    public string Over(string query)
    {
        for (var i = 0; i < view.Fields.Count; i++)
            query = $"select *, cast({Value(i)} as {DuckDbDialect.TypeName(view.Fields[i].Type)}) as {Column(i)} from (\n{query}) j";
        return query;
    }

    private string Value(int field)
    {
        var sql = new System.Text.StringBuilder();
        view.Expressions[field].AppendSql(sql, Name);
        return sql.ToString();
    }

    // Inputs, then values of the request, then the view's own features so far.
    private string Name(int column)
    {
        if (column < view.Inputs.Count)
            return Plain(views.Input(projection, column), view.Inputs[column].Type);
        column -= view.Inputs.Count;
        if (column < view.Request.Count)
            return Plain(views.Request(projection, column), view.Request[column].Type);
        column -= view.Request.Count;
        return Plain(Column(column), view.Fields[column].Type);
    }

    // Expressions take moments as timestamps without zone, in UTC.
    private static string Plain(string column, FeatureType type) => type is { Kind: FeatureKind.UnixTimestamp, IsList: false } ? $"cast({column} as timestamp)" : column;
}
