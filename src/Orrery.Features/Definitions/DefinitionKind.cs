namespace Orrery.Features;

/// <summary>What a definition defines.</summary>
internal enum DefinitionKind
{
    Entity,
    Source,
    View,
    OnDemand,
    Service,
}

/// <summary>How kinds of definitions are written in tables, answers and messages.</summary>
internal static class DefinitionKinds
{
    /// <summary>In the order in which definitions depend on each other.</summary>
    public static readonly IReadOnlyList<DefinitionKind> All = Enum.GetValues<DefinitionKind>();

    /// <summary>As tables and answers write it.</summary>
    public static string Text(this DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => "entity",
        DefinitionKind.Source => "source",
        DefinitionKind.View => "view",
        DefinitionKind.OnDemand => "on_demand",
        _ => "service",
    };

    /// <summary>As people read it.</summary>
    public static string Noun(this DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => "entity",
        DefinitionKind.Source => "source",
        DefinitionKind.View => "feature view",
        DefinitionKind.OnDemand => "on-demand view",
        _ => "feature service",
    };

    /// <summary>The list that holds it in a document.</summary>
    public static string List(this DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => "entities",
        DefinitionKind.Source => "sources",
        DefinitionKind.View => "feature_views",
        DefinitionKind.OnDemand => "on_demand_views",
        _ => "feature_services",
    };

    /// <summary>Reads what tables hold.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DefinitionKind Parse(string text) =>
        All.FirstOrDefault(kind => kind.Text() == text, (DefinitionKind)(-1)) is var found && Enum.IsDefined(found) ? found : throw new FormatException($"'{text}' is no kind of definition.");
}
