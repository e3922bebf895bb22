using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Has facts told to other systems as OpenLineage events. The modules whose facts they are call it.</summary>
public sealed class LineageSender
{
    /// <summary>Name of the event in the outbox.</summary>
    public const string EventName = "lineage.told";

    private readonly Outbox _outbox;
    private readonly bool _isOn;

    internal LineageSender(Outbox outbox, LineageOptions options)
    {
        _outbox = outbox;
        _isOn = options.OpenLineage.IsOn;
    }

    /// <summary>Tells a fact once its transaction has committed, at least once, however the server ends; nothing when no receiver is set.</summary>
    /// <param name="session">The fact's transaction.</param>
    /// <param name="actor">Who did it, and in which workspace.</param>
    /// <param name="fact">What happened.</param>
    public void Tell(DbSession session, Actor actor, LineageFact fact)
    {
        if (_isOn)
            _outbox.Append(session, actor, EventName, fact.ToJson());
    }
}
