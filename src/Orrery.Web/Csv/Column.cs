using Microsoft.AspNetCore.Components;

namespace Orrery.Web;

/// <summary>A column of a <see cref="DataTable{TRow}"/>.</summary>
/// <param name="Name">Its heading, in the file too.</param>
/// <param name="Value">What a row has in it: text, a number, a time (<see cref="DateTimeOffset"/>), true or false, or null for nothing. What the file gets.</param>
public sealed record Column<TRow>(string Name, Func<TRow, object?> Value)
{
    /// <summary>What the page shows instead of the formatted value: a link, a badge.</summary>
    public RenderFragment<TRow>? Cell { get; init; }

    /// <summary>What the heading shows instead of the name: a box that takes all rows.</summary>
    public RenderFragment? Heading { get; init; }

    /// <summary>Whether it is on the page alone: boxes and buttons are nothing for a file.</summary>
    public bool PageOnly { get; init; }

    /// <summary>Whether it is in the file alone: an id that the page shows as a link.</summary>
    public bool FileOnly { get; init; }

    /// <summary>Whether it stands to the right, as numbers do.</summary>
    public bool Number { get; init; }

    /// <summary>What the page's <c>order</c> is when this column leads, without direction; null where one cannot order by it.</summary>
    public string? Order { get; init; }
}
