using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Audit;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>A writer of the trail, for tests that put a module's classes together by hand.</summary>
internal static class TestAudit
{
    private static readonly AuditMetrics Metrics = new();

    /// <summary>Writes to this database; the key of persons' data is the same for all tests.</summary>
    public static AuditLog Log(Db db, TimeProvider time) => new(
        new Sealer(db, Metrics, NullLogger<Sealer>.Instance, time), new Subjects(db, new SecretBox(new byte[SecretBox.KeyBytes]), time), Metrics, time);
}
