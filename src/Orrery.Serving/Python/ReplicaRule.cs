namespace Orrery.Serving;

/// <summary>
/// How many workers a model has: one more while requests wait, each of which is one too many for those that run; one less when requests do not wait and the last
/// has had none for a while. Between its fewest and its most.
/// </summary>
/// <param name="least">Fewest workers, at least one.</param>
/// <param name="most">Most workers.</param>
/// <param name="idle">How long the last must have been idle to go.</param>
internal sealed class ReplicaRule(int least, int most, TimeSpan idle)
{
    private bool _waited;

    /// <summary>What is to be done after a look, several times a second: 1 for one more, -1 for one less, 0 for nothing.</summary>
    /// <param name="waits">Whether requests wait. Only those that wait at two looks count: a burst that the workers are through with is none.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="sinceUsed">How long ago the last had a request.</param>
    public int Look(bool waits, int workers, TimeSpan sinceUsed)
    {
        var grows = waits && _waited && workers < most;
        _waited = waits;
        return grows ? 1 : !waits && workers > least && sinceUsed > idle ? -1 : 0;
    }
}
