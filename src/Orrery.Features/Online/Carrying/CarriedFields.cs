namespace Orrery.Features;

/// <summary>Makes rows of one storage version of a view into rows of a later one.</summary>
internal sealed class CarriedFields
{
    private readonly RowLayout _from;
    private readonly RowLayout _to;
    private readonly int[] _places;

    private CarriedFields(FeatureView from, FeatureView to, int[] places)
    {
        _from = RowLayout.Of(from);
        _to = RowLayout.Of(to);
        _places = places;
    }

    /// <summary>How; null when the key or the source changes, so that old rows say nothing of the new version's entities, or no feature stays.</summary>
    public static CarriedFields? Of(FeatureView from, FeatureView to)
    {
        if (!from.Keys.SequenceEqual(to.Keys) || StorageSignature.OfSource(from.Source) != StorageSignature.OfSource(to.Source)
            || from.Keys.Any(key => from.Source.Column(key.Name) != to.Source.Column(key.Name)))
            return null;
        int[] places = [.. to.Fields.Select(field => Place(from, to, field))];
        return places.All(static place => place < 0) ? null : new(from, to, places);
    }

    /// <summary>The row, with null for features that the old version does not have; null for one that is damaged.</summary>
    public OnlineRow? Carry(in OnlineRow row)
    {
        if (!RowReader.TryOpen(_from, row.Blob, out var reader))
            return null;
        var values = new FeatureValue[_places.Length];
        for (var at = 0; at < values.Length; at++)
        {
            if (_places[at] >= 0 && !reader.TryGet(_places[at], out values[at]))
                return null;
        }

        return row with { Blob = RowCodec.Encode(_to, values) };
    }

    private static int Place(FeatureView from, FeatureView to, FeatureField field) =>
        from.FieldIndex.TryGetValue(field.Name, out var at) && from.Fields[at].Type == field.Type && from.Source.Column(field.Name) == to.Source.Column(field.Name) ? at : -1;
}
