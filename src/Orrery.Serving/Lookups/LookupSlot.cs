using System.Text;

namespace Orrery.Serving;

/// <summary>A name that a request may have: of a column of the model, of what a lookup asks for, or of both.</summary>
/// <param name="Name">The name.</param>
/// <param name="Column">Place among the columns; -1 for none.</param>
/// <param name="Input">Place among the lookup's inputs; -1 for none.</param>
internal sealed record LookupSlot(string Name, int Column, int Input)
{
    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);
}
