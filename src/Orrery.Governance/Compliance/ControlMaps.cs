using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The control map, data of <c>Data/control-map.yaml</c>.</summary>
internal static class ControlMaps
{
    /// <summary>Framework that stands for all rows.</summary>
    public const string All = "all";

    public static readonly ControlMap Known = ComplianceData.Read("compliance.control-map.yaml", ComplianceJson.Default.ControlMap) with
    {
        Regulations = [.. Regulations.Known.Laws.Select(static law => new RegulationInfo
        {
            Id = law.Id,
            Name = law.Name,
            Reference = law.Reference,
            Status = law.Status,
            Note = law.Note,
            Dates = [.. law.Dates.Select(static date => $"{date.Date}: {date.What}")],
        })],
    };

    /// <summary>Frameworks that may be asked for.</summary>
    public static IEnumerable<string> Frameworks => Known.Regulations.Select(static law => law.Id).Append(All);

    /// <summary>Rows of a framework.</summary>
    public static IEnumerable<ControlMapRow> Of(string framework) => framework == All ? Known.Rows : Known.Rows.Where(row => row.Frameworks.Contains(framework));
}
