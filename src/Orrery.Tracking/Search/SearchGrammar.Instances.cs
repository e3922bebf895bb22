namespace Orrery.Tracking;

public sealed partial class SearchGrammar
{
    private static readonly IReadOnlyList<SearchAttribute> DatasetAttributes =
    [
        new("name", FieldType.Text) { Comparators = Comparators.TextOrList },
        new("digest", FieldType.Text) { Comparators = Comparators.TextOrList },
        new("context", FieldType.Text) { Comparators = Comparators.TextOrList },
    ];

    /// <summary>
    /// Runs. Attributes: run_id, run_name, user_id, status, artifact_uri (text), start_time, end_time (milliseconds since 1970).
    /// </summary>
    public static SearchGrammar Runs { get; } = new(
        wording: SearchWording.Runs,
        entities: [EntityKind.Metric, EntityKind.Param, EntityKind.Tag, EntityKind.Attribute, EntityKind.Dataset],
        attributes:
        [
            new("run_id", FieldType.Text) { Comparators = Comparators.TextOrList },
            new("run_name", FieldType.Text) { Aliases = ["run name", "Run name", "Run Name"] },
            new("user_id", FieldType.Text),
            new("status", FieldType.Text),
            new("artifact_uri", FieldType.Text),
            new("start_time", FieldType.Whole) { Aliases = ["created", "Created"] },
            new("end_time", FieldType.Whole),
        ],
        defaultOrder: [Down("start_time"), Up("run_id")],
        tieBreak: [Down("start_time"), Up("run_id")])
    {
        OrderEntities = [EntityKind.Attribute, EntityKind.Metric, EntityKind.Param, EntityKind.Tag],
        RefusesDuplicateOrder = true,
    };

    /// <summary>
    /// Experiments. Attributes: name (text), creation_time, last_update_time (milliseconds since 1970); experiment_id orders only.
    /// </summary>
    public static SearchGrammar Experiments { get; } = new(
        wording: ExperimentWording.Experiments,
        entities: [EntityKind.Attribute, EntityKind.Tag],
        attributes:
        [
            new("name", FieldType.Text),
            new("creation_time", FieldType.Whole),
            new("last_update_time", FieldType.Whole),
            new("experiment_id", FieldType.Whole) { Searchable = false },
        ],
        defaultOrder: [Down("creation_time"), Up("experiment_id")],
        tieBreak: [Down("experiment_id")]);

    /// <summary>
    /// Registered models. Attributes: name (text); creation_timestamp and last_updated_timestamp, also written timestamp, order only.
    /// </summary>
    public static SearchGrammar RegisteredModels { get; } = new(
        wording: RegistryWording.Models,
        entities: [EntityKind.Attribute, EntityKind.Tag],
        attributes:
        [
            new("name", FieldType.Text),
            new("last_updated_timestamp", FieldType.Whole) { Aliases = ["timestamp"], Searchable = false },
            new("creation_timestamp", FieldType.Whole) { Searchable = false },
        ],
        defaultOrder: [Up("name")],
        tieBreak: [Up("name")])
    {
        RefusesDuplicateOrder = true,
    };

    /// <summary>
    /// Model versions. Attributes: name, run_id, source_path (text), version_number (integer); creation_timestamp and
    /// last_updated_timestamp (milliseconds since 1970) order only.
    /// </summary>
    public static SearchGrammar ModelVersions { get; } = new(
        wording: RegistryWording.Versions,
        entities: [EntityKind.Attribute, EntityKind.Tag],
        attributes:
        [
            new("name", FieldType.Text),
            new("version_number", FieldType.Whole),
            new("run_id", FieldType.Text) { Comparators = Comparators.TextOrIn, Orderable = false },
            new("source_path", FieldType.Text) { Orderable = false },
            new("creation_timestamp", FieldType.Whole) { Searchable = false },
            new("last_updated_timestamp", FieldType.Whole) { Searchable = false },
        ],
        defaultOrder: [Down("last_updated_timestamp"), Up("name"), Down("version_number")],
        tieBreak: [Up("name"), Down("version_number")])
    {
        RefusesDuplicateOrder = true,
        TakesQuotedNumbers = true,
    };

    /// <summary>
    /// Logged models. Attributes: name, model_id, model_type, status, source_run_id (text), creation_timestamp,
    /// last_updated_timestamp (milliseconds since 1970). Texts may stand without quotes, and every text may be compared with
    /// a list. Their orderings come as objects: see <see cref="LoggedModelOrder"/>.
    /// </summary>
    public static SearchGrammar LoggedModels { get; } = new(
        wording: LoggedModelWording.LoggedModels,
        entities: [EntityKind.Attribute, EntityKind.Metric, EntityKind.Param, EntityKind.Tag],
        attributes:
        [
            new("name", FieldType.Text) { Comparators = Comparators.TextOrList },
            new("model_id", FieldType.Text) { Comparators = Comparators.TextOrList },
            new("model_type", FieldType.Text) { Comparators = Comparators.TextOrList },
            new("status", FieldType.Text) { Comparators = Comparators.TextOrList },
            new("source_run_id", FieldType.Text) { Comparators = Comparators.TextOrList },
            new("creation_timestamp", FieldType.Whole) { Aliases = ["creation_time", "creation_timestamp_ms"] },
            new("last_updated_timestamp", FieldType.Whole) { Aliases = ["last_updated_time", "last_updated_timestamp_ms"] },
        ],
        defaultOrder: [Down("creation_timestamp"), Up("model_id")],
        tieBreak: [Down("creation_timestamp"), Up("model_id")])
    {
        OrderEntities = [EntityKind.Attribute, EntityKind.Metric],
        KeyComparators = Comparators.TextOrList,
        TakesUnquotedText = true,
    };

    private static OrderBy Up(string attribute) => new(EntityKind.Attribute, attribute, Ascending: true);

    private static OrderBy Down(string attribute) => new(EntityKind.Attribute, attribute, Ascending: false);
}
