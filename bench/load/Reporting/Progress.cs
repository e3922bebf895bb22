namespace Orrery.Load;

/// <summary>What goes on, on standard error: the report alone is on standard output.</summary>
internal static class Progress
{
    public static void Say(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));
}
