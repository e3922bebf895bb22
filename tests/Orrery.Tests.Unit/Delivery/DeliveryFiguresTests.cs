using Orrery.Contracts;
using Orrery.Delivery;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The four figures against what a hand computes.</summary>
public sealed class DeliveryFiguresTests
{
    private const long Day = 86_400_000;

    [Fact]
    public void Four_deliveries_of_ten_days()
    {
        DeliveryRow[] rows =
        [
            // Registered at 0 s, asked for at 100 s, deployed at 160 s.
            Row("1", DeliveryStates.Succeeded, 0, 100, 160),
            Row("2", DeliveryStates.Succeeded, 0, 200, 230),
            // Taken back 300 s after the failure began.
            Row("3", DeliveryStates.RolledBack, 0, 300, 310) with { RolledBackAt = 1_000_000, Plan = new() { VersionAt = 1, FailedAt = 700_000 } },
            // Never deployed: no change, so no failed change either.
            Row("4", DeliveryStates.Failed, 0, 400, null),
        ];
        StageRow[] stages = [new(1, StageNames.Validate, "passed", 0, 1000, null, null, 1), new(1, StageNames.Validate, "failed", 0, 3000, null, null, 1), new(2, StageNames.Security, "passed", 0, null, null, null, 1)];

        var figures = DeliveryFigures.Of(rows, stages, 0, (10 * Day) + 1);

        Assert.Equal((4, 3, 1), (figures.Requested, figures.Deployed, figures.FailedChanges));
        Assert.Equal(0.3, figures.DeploymentsPerDay, 12);
        Assert.Equal(1.0 / 3, figures.ChangeFailureRate!.Value, 12);
        Assert.Equal((3, 30.0, 60.0), (figures.LeadTimeFromRequest!.Count, figures.LeadTimeFromRequest.P50Seconds, figures.LeadTimeFromRequest.P95Seconds));
        Assert.Equal((1, 300.0), (figures.TimeToRestore!.Count, figures.TimeToRestore.P50Seconds));
        var validate = Assert.Single(figures.Stages);
        Assert.Equal((StageNames.Validate, 1.0, 3.0, 1), (validate.Stage, validate.Durations.P50Seconds, validate.Durations.P95Seconds, validate.Failed));
    }

    [Fact]
    public void What_counts_is_when_users_had_it()
    {
        DeliveryRow[] rows =
        [
            // Asked for before the time, and deployed in it after an approval of weeks.
            Row("1", DeliveryStates.Succeeded, 0, 100, 500),
            // Asked for in the time, and not deployed by its end.
            Row("2", DeliveryStates.Succeeded, 0, 450, 900),
            // Deployed before the time, and asked about with it by somebody else's mistake.
            Row("3", DeliveryStates.RolledBack, 0, 100, 200) with { RolledBackAt = 500_000, Plan = new() { FailedAt = 450_000 } },
        ];

        var figures = DeliveryFigures.Of(rows, [], 400_000, 800_000);

        Assert.Equal((1, 1, 0), (figures.Requested, figures.Deployed, figures.FailedChanges));
        Assert.Equal(400, figures.LeadTimeFromRequest!.P50Seconds);
        Assert.Null(figures.TimeToRestore);
    }

    [Fact]
    public void Nothing_has_no_rates()
    {
        var figures = DeliveryFigures.Of([], [], 0, Day);

        Assert.Null(figures.ChangeFailureRate);
        Assert.Null(figures.TimeToRestore);
        Assert.Equal(0, figures.DeploymentsPerDay);
    }

    private static DeliveryRow Row(string id, string state, long registered, long asked, long? deployed) => new()
    {
        Id = id,
        Spec = new StartDelivery { Model = "m", Version = "1", Environment = "production", Name = "m" },
        Plan = new() { VersionAt = registered + 1 },
        State = state,
        Stage = StageNames.Notify,
        JobId = "j",
        RequestedBy = "a",
        RequestedAt = asked * 1000,
        DeployedAt = deployed * 1000,
    };
}
