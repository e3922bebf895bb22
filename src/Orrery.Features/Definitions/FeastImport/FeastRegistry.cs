using Google.Protobuf;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// Reads the registry file of a Feast repository (protobuf <c>feast.core.Registry</c>, field numbers of Feast 0.66) and writes it as definitions,
/// with a list of what could not be carried over.
/// </summary>
internal static class FeastRegistry
{
    /// <summary>Largest registry, in bytes.</summary>
    public const int MaxBytes = 64 << 20;

    private const int Entities = 1;
    private const int FeatureTables = 2;
    private const int SchemaVersion = 3;
    private const int FeatureViews = 6;
    private const int FeatureServices = 7;
    private const int OnDemandViews = 8;
    private const int SavedDatasets = 11;
    private const int DataSources = 12;
    private const int ValidationReferences = 13;
    private const int StreamViews = 14;
    private const int Permissions = 16;
    private const int LabelViews = 19;

    /// <summary>Reads a registry.</summary>
    /// <param name="bytes">Of the file.</param>
    /// <param name="project">Which of its projects; null when it has but one.</param>
    /// <returns>The definitions, or <c>features.feast_invalid</c>, <c>features.feast_project_unknown</c>.</returns>
    public static Result<FeastImport> Read(ReadOnlyMemory<byte> bytes, string? project)
    {
        if (bytes.Length > MaxBytes)
            return new Failure(FailureKind.TooLarge, "features.feast_too_large", $"The registry has {bytes.Length} bytes; at most {MaxBytes} are taken.");
        try
        {
            var registry = WireMessage.Parse(UnsafeByteOperations.UnsafeWrap(bytes));
            var projects = Projects(registry);
            if (projects.Count == 0)
                return Failure.Invalid("features.feast_invalid", registry.Has(SchemaVersion) ? "The registry holds no definitions." : "The file is no registry of Feast.");
            if (project is null && projects.Count > 1)
                return Failure.Invalid("features.feast_project_unknown", $"The registry holds the projects {string.Join(", ", projects)}; name one of them.");
            if (project is not null && !projects.Contains(project))
                return Failure.Invalid("features.feast_project_unknown", $"The registry has no project '{DefinitionNames.Clip(project)}'; it holds {string.Join(", ", projects)}.");
            return Convert(registry, project ?? projects[0], projects);
        }
        catch (InvalidProtocolBufferException)
        {
            return Failure.Invalid("features.feast_invalid", "The file is no registry of Feast: it is no protobuf message, or is cut off.");
        }
    }

    private static FeastImport Convert(WireMessage registry, string project, List<string> projects)
    {
        var gaps = new FeastGaps();
        var sources = new FeastSources(gaps);
        var views = new FeastViews(gaps, sources);
        foreach (var source in registry.Messages(DataSources).Where(source => source.Text(21) == project))
            sources.Add(source);
        foreach (var entity in Specs(registry, Entities, project))
            views.AddEntity(entity);
        foreach (var view in Specs(registry, FeatureViews, project))
            views.Add(FeastViewSpec.OfView(view));
        foreach (var view in Specs(registry, StreamViews, project))
            views.Add(FeastViewSpec.OfStream(view));
        foreach (var view in Specs(registry, OnDemandViews, project))
            views.LeaveOut("on_demand_feature_view", view.Text(1), "its function is Python; write its features as SQL expressions in on_demand_views.");
        var services = Specs(registry, FeatureServices, project).Select(service => FeastServices.Read(service, views, gaps)).OfType<FeatureServiceDocument>().ToList();
        foreach (var (field, kind, reason) in new[]
        {
            (FeatureTables, "feature_table", "feature tables are of Feast before 0.10; define a feature view."),
            (SavedDatasets, "saved_dataset", "build a training set instead, which can be reproduced."),
            (ValidationReferences, "validation_reference", "write rules on sources and views instead."),
            (Permissions, "permission", "give roles and grants of this platform instead."),
            (LabelViews, "label_view", "labels of several labelers are not offered."),
        })
        {
            foreach (var one in Specs(registry, field, project))
                gaps.LeftOut(kind, one.Text(1), reason);
        }

        var definitions = new FeatureProjectDocument
        {
            Project = gaps.Named("project", project, isView: false),
            Entities = views.Entities,
            Sources = sources.Documents,
            FeatureViews = views.Documents,
            FeatureServices = services,
        };
        return new()
        {
            Definitions = definitions,
            Yaml = DefinitionWriter.Yaml(definitions),
            Gaps = gaps.All,
            Projects = projects,
        };
    }

    /// <summary>What an object says of itself, of those of a project. The project is field 2; an entity's is 9.</summary>
    private static IEnumerable<WireMessage> Specs(WireMessage registry, int field, string project) => registry.Messages(field)
        .Select(static one => one.Message(1)).OfType<WireMessage>()
        .Where(spec => spec.Text(field == Entities ? 9 : 2) == project);

    private static List<string> Projects(WireMessage registry) =>
    [
        .. new[] { Entities, FeatureViews, FeatureServices, OnDemandViews, StreamViews }
            .SelectMany(field => registry.Messages(field).Select(static one => one.Message(1)).OfType<WireMessage>().Select(spec => spec.Text(field == Entities ? 9 : 2)))
            .Concat(registry.Messages(DataSources).Select(static source => source.Text(21)))
            .Where(static name => name.Length > 0).Distinct().Order(StringComparer.Ordinal),
    ];
}
