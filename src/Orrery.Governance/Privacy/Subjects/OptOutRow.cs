using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A subject who has opted out.</summary>
internal sealed record OptOutRow(string Subject, string Purpose, string JoinKeys, string? Reason, string CreatedBy, long CreatedAt)
{
    public const string Training = "training";
    public const string Prediction = "prediction";
    public const string Everything = "all";

    /// <summary>Codes of the same key otherwise written; see <see cref="SubjectKeys.Forms"/>.</summary>
    public IReadOnlyList<string> Forms { get; init; } = [];

    public static bool IsPurpose(string purpose) => purpose is Training or Prediction or Everything;

    public OptOut Wire() => new() { Subject = Subject, Purpose = Purpose, JoinKeys = JoinKeys.Split(','), Reason = Reason, CreatedBy = CreatedBy, CreatedAt = CreatedAt };
}
