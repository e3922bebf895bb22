using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of explanations when a workspace moves.</summary>
internal static class ExplanationTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("gov_explanation", "Reports name data and jobs of this installation; they are made anew where the model goes."),
    ];
}
