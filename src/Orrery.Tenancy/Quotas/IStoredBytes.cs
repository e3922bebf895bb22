using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Answered by modules above that store files: how many bytes they hold of a workspace.</summary>
public interface IStoredBytes
{
    /// <summary>The sum of the sizes now.</summary>
    ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace);
}
