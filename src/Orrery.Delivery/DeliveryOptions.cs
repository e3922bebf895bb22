namespace Orrery.Delivery;

/// <summary>Settings of delivery, section <c>Orrery:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Deliveries that a server runs at once, 1 to 64. Default 4.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>Where versions are brought to.</summary>
    public TargetOptions Targets { get; set; } = new();

    /// <summary>What is wrong with them; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Concurrency is < 1 or > 64)
            yield return $"Orrery:Delivery:Concurrency is {Concurrency}; it must be 1 to 64.";
        foreach (var problem in Targets.Problems())
            yield return problem;
    }
}
