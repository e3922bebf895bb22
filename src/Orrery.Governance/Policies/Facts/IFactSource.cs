using System.Text.Json.Nodes;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Adds a member to the facts about a version, such as <c>approvals</c>. Who keeps such records answers.</summary>
public interface IFactSource
{
    /// <summary>Name of the member.</summary>
    public string Name { get; }

    /// <summary>What it is; null for nothing, which leaves it out.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where it is to be.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<JsonNode?> ReadAsync(Actor actor, string model, string version, string environment, CancellationToken cancel);
}
