using System.Runtime.CompilerServices;

namespace Orrery.Client;

/// <summary>Walks the pages of a listing.</summary>
internal static class Paging
{
    public static async IAsyncEnumerable<TItem> AllAsync<TPage, TItem>(
        Func<string?, CancellationToken, Task<TPage>> page,
        Func<TPage, IReadOnlyList<TItem>> items,
        Func<TPage, string?> next,
        string? from = null,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var token = from;
        do
        {
            var current = await page(token, cancel);
            foreach (var item in items(current))
                yield return item;
            var following = next(current);
            if (following == token)
                yield break;
            token = following;
        }
        while (!string.IsNullOrEmpty(token));
    }
}
