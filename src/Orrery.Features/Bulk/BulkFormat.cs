namespace Orrery.Features;

/// <summary>What a file of rows is written in.</summary>
public enum BulkFormat
{
    /// <summary>Parquet.</summary>
    Parquet,

    /// <summary>CSV of RFC 4180 with a line of names, or with tabs for commas; all values are text.</summary>
    Csv,

    /// <summary>An object a line; all values are text.</summary>
    Jsonl,
}
