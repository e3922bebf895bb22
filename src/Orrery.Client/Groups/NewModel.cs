using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>A model that a run is about to log.</summary>
/// <param name="Name">Name for people; need not be unique.</param>
public sealed record NewModel(string Name)
{
    /// <summary>Kind of model, for instance <c>Agent</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>Parameters.</summary>
    public IReadOnlyList<Param> Params { get; init; } = [];

    /// <summary>Tags.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>The step of the training at which it was made.</summary>
    public long Step { get; init; }
}
