namespace Orrery.Tracking;

/// <summary>How entities and keys are spelled in filters.</summary>
internal static class SearchNames
{
    /// <summary>The name that error messages use, in the singular.</summary>
    public static string Singular(this EntityKind entity) => entity switch
    {
        EntityKind.Attribute => "attribute",
        EntityKind.Metric => "metric",
        EntityKind.Param => "parameter",
        EntityKind.Tag => "tag",
        EntityKind.Dataset => "dataset",
        _ => throw new ArgumentOutOfRangeException(nameof(entity), entity, "Not an entity."),
    };

    /// <summary>The name that filters use.</summary>
    public static string Plural(this EntityKind entity) => entity is EntityKind.Param ? "params" : $"{entity.Singular()}s";

    /// <summary>The entity that a filter's prefix names, in any of its spellings; null when none.</summary>
    public static EntityKind? Find(string prefix) => prefix switch
    {
        "attribute" or "attributes" or "attr" or "run" => EntityKind.Attribute,
        "metric" or "metrics" => EntityKind.Metric,
        "parameter" or "parameters" or "param" or "params" => EntityKind.Param,
        "tag" or "tags" => EntityKind.Tag,
        "dataset" or "datasets" => EntityKind.Dataset,
        _ => null,
    };

    /// <summary>Entity and key such that any key can be read back.</summary>
    public static string Qualified(EntityKind entity, string key) =>
        $"{entity.Plural()}.`{key.Replace("`", "``", StringComparison.Ordinal)}`";
}
