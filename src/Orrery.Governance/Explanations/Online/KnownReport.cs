using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A report that explanations go by.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Spec">As it was asked for.</param>
/// <param name="ModelSha256">Of the files that were explained.</param>
/// <param name="Columns">The model's.</param>
/// <param name="Codes">Of texts; to be forked.</param>
/// <param name="Background">Rows that explanations are relative to.</param>
/// <param name="BackgroundSha256">Of them.</param>
/// <param name="Seed">Of their draw.</param>
/// <param name="Place">Of the explained class, or 0.</param>
internal sealed record KnownReport(
    string Id, ExplanationSpec Spec, string ModelSha256, IReadOnlyList<string> Columns, TextCodes Codes, FeatureMatrix Background, string BackgroundSha256, int Seed, int Place)
{
    /// <summary>Explains rows; null until the first was.</summary>
    public PreparedExplainer? Explainer { get; set; }

    /// <summary>As it is told.</summary>
    public BackgroundReference Reference => new() { Explanation = Id, Sha256 = BackgroundSha256, Rows = Background.Rows, Seed = Seed };
}
