namespace Orrery.Tracking;

public sealed partial class SearchGrammar
{
    /// <summary>
    /// Evaluation data sets. Attributes: name, created_by, last_updated_by (text), created_time, last_update_time (milliseconds
    /// since 1970); dataset_id orders only.
    /// </summary>
    public static SearchGrammar EvaluationDatasets { get; } = new(
        wording: ExperimentWording.Experiments,
        entities: [EntityKind.Attribute, EntityKind.Tag],
        attributes:
        [
            new("name", FieldType.Text),
            new("created_time", FieldType.Whole),
            new("last_update_time", FieldType.Whole),
            new("created_by", FieldType.Text) { Orderable = false },
            new("last_updated_by", FieldType.Text) { Orderable = false },
            new("dataset_id", FieldType.Text) { Searchable = false },
        ],
        defaultOrder: [Down("created_time"), Down("dataset_id")],
        tieBreak: [Down("dataset_id")]);
}
