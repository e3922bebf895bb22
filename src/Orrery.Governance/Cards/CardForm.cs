namespace Orrery.Governance;

/// <summary>A field of the form.</summary>
/// <param name="Name">Within its section.</param>
/// <param name="Title">For people.</param>
/// <param name="FromPeople">Whether somebody writes it; else the records fill it.</param>
/// <param name="RequiredFrom">Lowest tier at which somebody must write it; null where nobody must.</param>
internal sealed record FormField(string Name, string Title, bool FromPeople = false, CardTier? RequiredFrom = null);

/// <summary>A section of the form.</summary>
internal sealed record FormSection(string Name, string Title, IReadOnlyList<FormField> Fields);

/// <summary>
/// The form of model cards: the sections of Mitchell et al. 2019 (Model Cards for Model Reporting, section 4), and what Hugging Face's card, Model Card
/// Toolkit's schema v0.0.2 and Amazon SageMaker's card ask beyond them.
/// </summary>
internal static class CardForm
{
    public static readonly IReadOnlyList<FormSection> Sections =
    [
        new("model_details", "Model details",
        [
            Records("name", "Name"), Records("version", "Version"), Records("stage", "Stage"), Records("aliases", "Aliases"), Records("registered_by", "Registered by"),
            Records("registered_at", "Registered at"), Records("library", "Library and runtime"), Records("sha256", "SHA-256 of its files"), Records("size_bytes", "Size in bytes"),
            People("overview", "What it is", CardTier.Low), People("owners", "Who answers for it", CardTier.Low), People("license", "Licence", CardTier.Medium),
            People("references", "Papers and documents", null), People("regulatory_requirements", "Regulation that applies", CardTier.High),
        ]),
        new("intended_use", "Intended use",
        [
            People("primary_uses", "What it is for", CardTier.Low), People("primary_users", "Who uses it", CardTier.Medium), People("out_of_scope", "What it is not for", CardTier.Medium),
        ]),
        new("risk", "Risk",
        [
            Records("tier", "Tier"),
        ]),
        new("model_parameters", "Parameters and interface",
        [
            Records("hyperparameters", "Parameters of training"), Records("inputs", "Inputs"), Records("outputs", "Outputs"), Records("requirements", "Required packages"),
        ]),
        new("training", "Training",
        [
            Records("run", "Run"), Records("code", "Code"), Records("environment", "Environment"), Records("started_at", "Started at"), Records("duration_seconds", "Seconds it took"),
            Records("datasets", "Training data"), Records("features", "Features used"), Records("metrics", "Figures that training logged"),
        ]),
        new("evaluation", "Evaluation",
        [
            Records("data", "Evaluation data"), Records("performance", "Performance"), Records("slices", "Performance by group"), Records("comparison", "Compared with another version"),
            Records("thresholds", "Thresholds and gates"),
        ]),
        new("fairness", "Fairness",
        [
            Records("attributes", "Attributes examined"), Records("metrics", "Differences between groups"), Records("undefined", "What could not be told"),
        ]),
        new("explanations", "Explanations",
        [
            Records("importance", "What it goes by"), Records("examples", "Example explanations"),
        ]),
        new("safety", "Safety of its files",
        [
            Records("scan", "Scan"), Records("dependencies", "Known weaknesses of its packages"),
        ]),
        new("deployments", "Where it answers",
        [
            Records("served", "Deployments"),
        ]),
        new("considerations", "Considerations",
        [
            People("limitations", "Limitations", CardTier.Medium), People("ethical_considerations", "Risks to people, and what is done about them", CardTier.High),
        ]),
    ];

    /// <summary>All fields by path.</summary>
    public static readonly IReadOnlyDictionary<string, FormField> Fields = Sections
        .SelectMany(static section => section.Fields.Select(field => (Path: $"{section.Name}.{field.Name}", Field: field)))
        .ToDictionary(static one => one.Path, static one => one.Field, StringComparer.Ordinal);

    private static FormField Records(string name, string title) => new(name, title);

    private static FormField People(string name, string title, CardTier? from) => new(name, title, FromPeople: true, from);
}
