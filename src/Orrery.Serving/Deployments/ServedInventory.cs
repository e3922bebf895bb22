using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Which versions are deployed now, and whether predictions are logged, for modules above.</summary>
public sealed class ServedInventory
{
    private const int Page = 1_000;

    private readonly Inventories _inventories;

    internal ServedInventory(Inventories inventories) => _inventories = inventories;

    /// <summary>The first thousand entries, by environment and deployment, and whether there are more.</summary>
    public async ValueTask<(IReadOnlyList<InventoryEntry> Entries, bool IsWhole)> ListAsync(Actor actor, CancellationToken cancel)
    {
        var found = await _inventories.ListAsync(actor, null, null, null, Page, null, cancel);
        return found.Failed(out _, out var page) ? ([], false) : (page.Entries, page.NextPageToken is null);
    }
}
