namespace Orrery.Governance;

/// <summary>Fills fields of cards from records of one kind.</summary>
internal interface ICardSource
{
    /// <summary>Fills what the records say, and leaves the rest.</summary>
    public ValueTask FillAsync(CardDraft card, CancellationToken cancel);
}
