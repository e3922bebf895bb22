using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Tracking;

/// <summary>A set of questions with what is expected of the answers (MLflow 3.4), without its records.</summary>
/// <param name="DatasetId"><c>d-</c> and 32 hex.</param>
/// <param name="Name">Not unique.</param>
/// <param name="Digest">8 hex; changes with every change of the records.</param>
/// <param name="Schema">JSON, see <see cref="EvaluationSchema"/>; null before the first record.</param>
/// <param name="RecordCount">How many records it has.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="UpdatedAt">Unix milliseconds, of the last change of records or experiments.</param>
/// <param name="CreatedBy">As the client said; null when it did not.</param>
/// <param name="UpdatedBy">As the client said; null when it did not.</param>
internal sealed record EvaluationDataset(
    string DatasetId,
    string Name,
    string Digest,
    string? Schema,
    long RecordCount,
    long CreatedAt,
    long UpdatedAt,
    string? CreatedBy,
    string? UpdatedBy)
{
    /// <summary>By key.</summary>
    public IReadOnlyList<Pair> Tags { get; init; } = [];

    /// <summary>A new digest, whatever the clock says: the one before goes into it.</summary>
    public static string NextDigest(string name, string before, long at)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{name}:{before}:{at}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }
}

/// <summary>A search of evaluation data sets.</summary>
/// <param name="Experiments">In any of these; null for everywhere.</param>
/// <param name="Filter">All must hold.</param>
/// <param name="Order">Total.</param>
/// <param name="MaxResults">1 to 50,000.</param>
/// <param name="Token">Of the page before; null for the first.</param>
internal sealed record EvaluationDatasetSearch(
    IReadOnlyList<long>? Experiments, SearchFilter Filter, IReadOnlyList<OrderBy> Order, int MaxResults, string? Token);
