using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What rules said of a push, to be kept in its transaction.</summary>
/// <param name="Report">The results.</param>
/// <param name="Aside">Rows that were set aside: what each broke, and the row.</param>
internal sealed record PushJudgement(QualityReport Report, IReadOnlyList<(string[] Broke, string Row)> Aside)
{
    /// <summary>Writes both down.</summary>
    public async ValueTask KeepAsync(DbSession session, WorkspaceId workspace)
    {
        await QualityStore.InsertAsync(session, workspace, Report);
        await QualityStore.QuarantineAsync(session, workspace, Report, Aside);
    }
}
