using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class TenancyRecordsTests
{
    private static readonly CustomRole Reader = new("reader", "Reads.", ["tracking.read"]);

    private static readonly Workspace Red = new() { Id = new WorkspaceId(7), Name = "red", Contact = "ada" };

    [Fact]
    public void A_changed_role_tells_what_it_gained_and_lost()
    {
        var record = TenancyRecords.RolePut(Reader, Reader with { Permissions = ["registry.read"] });

        Assert.Equal("""{"added":["registry.read"],"removed":["tracking.read"]}""", record.Detail);
        Assert.NotEqual(record.Before, record.After);
        Assert.Equal(TenancyRecords.RoleRemoved(Reader).Before, record.Before);
        Assert.Null(TenancyRecords.RolePut(null, Reader).Before);
    }

    [Fact]
    public void The_order_of_permissions_is_no_change()
    {
        var (one, other) = (Reader with { Permissions = ["a", "b"] }, Reader with { Permissions = ["b", "a"] });

        var record = TenancyRecords.RolePut(one, other);

        Assert.Equal(record.Before, record.After);
    }

    [Fact]
    public void A_workspace_that_no_longer_asks_for_a_second_factor_says_so()
    {
        var record = TenancyRecords.WorkspaceUpdated(Red with { NeedsSecondFactor = true }, Red with { Version = 2 });

        Assert.Equal("""{"needs_second_factor":false}""", record.Detail);
        Assert.Equal(TenancyRecords.WorkspaceCreated(Red).After, record.After);
        Assert.NotEqual(record.Before, record.After);
        Assert.Null(TenancyRecords.WorkspaceUpdated(Red, Red with { Contact = "bob" }).Detail);
    }

    [Fact]
    public void A_grant_is_named_alike_when_given_and_taken()
    {
        var grant = new Grant
        {
            Id = "g1",
            Tenant = 7,
            SubjectKind = "principal",
            SubjectId = "usr_ada",
            Role = "viewer",
            ObjectKind = "model",
            ObjectId = "m1",
            GrantedBy = "root",
            GrantedAt = 1,
            ExpiresAt = 1_800_000_000_000,
        };

        var (given, taken) = (TenancyRecords.GrantGiven(grant), TenancyRecords.GrantTaken(grant));

        Assert.Equal(("grant.give", "principal/usr_ada/viewer@model/m1"), (given.Action, given.ObjectId));
        Assert.Equal(("grant.take", given.ObjectId), (taken.Action, taken.ObjectId));
        Assert.Equal(given.After, taken.Before);
        Assert.Equal("""{"grant_id":"g1","expires_at":1800000000000}""", given.Detail);
    }

    [Fact]
    public void A_link_tells_the_issuer_and_never_the_subject()
    {
        var link = new SsoLink { PrincipalId = "usr_ada", Issuer = "https://id.example.org", Subject = "ada@example.org", LinkedBy = "root" };

        var record = TenancyRecords.Link("principal.link", link);

        Assert.DoesNotContain("ada@", record.Detail, StringComparison.Ordinal);
        Assert.Equal(record.After, TenancyRecords.Link("principal.unlink", link).Before);
    }
}
