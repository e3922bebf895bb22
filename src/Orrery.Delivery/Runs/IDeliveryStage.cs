namespace Orrery.Delivery;

/// <summary>One of the nine stages. Safe to run again from its begin: after a crash it is.</summary>
internal interface IDeliveryStage
{
    /// <summary>Of <see cref="StageNames"/>.</summary>
    public string Name { get; }

    /// <summary>Does it, or goes on with it.</summary>
    public ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel);
}
